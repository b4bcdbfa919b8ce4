import ArgumentParser
import AssayCore

/// Checks what the argument parser would pass over: text that is not UTF-8, and words in the place of a subcommand.
enum CommandLineCheck {
  /// - Returns: the command that is called.
  /// - Throws: `.usage`
  static func check(
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, count: Int
  ) throws(AssayError) -> any ParsableCommand.Type {
    var words: [String] = []
    for argument in UnsafeBufferPointer(start: arguments, count: count).dropFirst() {
      guard let argument else { break }
      guard let word = String(validatingCString: argument) else { throw notUTF8(String(cString: argument)) }
      words.append(word)
    }
    return try subcommand(words)
  }

  /// Swift would open another path than the one that was typed.
  private static func notUTF8(_ text: String) -> AssayError {
    AssayError(
      .usage, "'\(text.printable)' is not UTF-8: its name was written in another encoding, such as Latin-1.",
      advice: "Rename the file, or reach it by a link with another name: ln -s FILE link.onnx")
  }

  private static func subcommand(_ arguments: [String]) throws(AssayError) -> any ParsableCommand.Type {
    var words = arguments[...]
    if words.first == "help" { words.removeFirst() }
    var command: any ParsableCommand.Type = AssayCommand.self
    while let word = words.first, !word.hasPrefix("-") {
      let subcommands = command.configuration.subcommands
      guard !subcommands.isEmpty else { return command }
      guard let next = subcommands.first(where: { $0._commandName == word }) else {
        throw unknown(word, in: command, among: subcommands.map { $0._commandName })
      }
      command = next
      words.removeFirst()
    }
    return command
  }

  private static func unknown(
    _ word: String, in command: any ParsableCommand.Type, among names: [String]
  ) -> AssayError {
    let parent = command == AssayCommand.self ? "assay" : "assay \(command._commandName)"
    let known = "\(parent) has: \(names.joined(separator: ", "))"
    let nearest = EditDistance.suggestion(for: word, among: names)
    return AssayError(
      .usage, "\(parent) has no subcommand '\(word.printable)'.",
      advice: nearest.map { "Did you mean \($0)? \(known)" } ?? known)
  }
}
