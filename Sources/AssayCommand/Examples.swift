import ArgumentParser

/// A command whose help ends with examples, which stay in sight when the rest has scrolled away.
protocol HasExamples: ParsableCommand {
  /// Command lines that work where `net.tflite`, `net.onnx` and a folder `images` of class folders are.
  static var examples: [String] { get }
}

enum Examples {
  /// The help of a command with its examples; other texts as they are.
  static func added(to text: String, of command: any ParsableCommand.Type) -> String {
    guard text.hasPrefix("OVERVIEW: "), let examples = (command as? any HasExamples.Type)?.examples else { return text }
    let lines = [text.hasSuffix("\n") ? text : text + "\n", "EXAMPLES:"] + examples.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }
}
