/// The only error type: what happened, to which file or engine, and what to do next.
///
/// Workers send it to their parent, and the results of a failed cell contain it.
public struct AssayError: Error, Codable, Hashable, Sendable {
  /// The kind of failure. Decides the exit status of the command and the status of the cell.
  public enum Code: String, Codable, Sendable, CaseIterable {
    /// The command line requests something impossible.
    case usage
    /// The model file is missing, unreadable, damaged, or fails to compile.
    case badModel = "bad_model"
    /// An image, a label or a folder of them cannot be used.
    case badData = "bad_data"
    /// The engine cannot read this kind of model, or cannot do what is requested.
    case unsupported
    /// The engine's library is missing, is not a library, or lacks a function that Assay needs.
    case engineUnavailable = "engine_unavailable"
    /// The engine is available, but not the requested device.
    case deviceUnavailable = "device_unavailable"
    /// The engine reported an error while it ran the model.
    case inferenceFailed = "inference_failed"
    /// A file cannot be read or written: a full disk, a read-only folder.
    case inputOutput = "io"
    /// The worker died: a signal, an abort, an early exit.
    case crashed
    /// The cell did not end within its time limit.
    case timedOut = "timed_out"
    /// The user stopped the run.
    case interrupted
    /// Parent and worker did not understand each other: a bug in Assay, or mixed versions.
    case protocolViolation = "protocol_violation"
  }

  public let code: Code
  /// What happened, to which file or engine. One sentence without a final line break.
  public let message: String
  /// What to do next; `nil` if the message already says so.
  public let advice: String?
  /// What else is wrong in the same file, a sentence each. Not encoded: workers have none.
  public var others: [String] = []
  /// The last lines that the engine's library printed, if they help.
  public var outputTail: String?

  public init(_ code: Code, _ message: String, advice: String? = nil, outputTail: String? = nil) {
    self.code = code
    self.message = Self.readable(message)
    self.advice = advice.map(Self.readable)
    self.outputTail = outputTail
  }

  /// Messages quote names from files, and a hostile file has names of any length. Both ends of a sentence say more than its middle.
  private static func readable(_ text: String) -> String {
    guard text.utf8.count > maximumBytes else { return text }
    let bytes = text.utf8
    let head = bytes.index(bytes.startIndex, offsetBy: maximumBytes / 2)
    let tail = bytes.index(bytes.endIndex, offsetBy: -maximumBytes / 2)
    return "\(text[..<head])…\(text[tail...])"
  }

  /// Of a message or an advice; longer ones lose their middle.
  static let maximumBytes = 2000

  enum CodingKeys: String, CodingKey {
    case code
    case message
    case advice
    case outputTail = "output_tail"
  }
}

extension AssayError {
  /// The same error with a path replaced by the name that the user knows, as for copies of files.
  public func renaming(_ path: String, to name: String) -> AssayError {
    AssayError(
      code, message.replacing(path, with: name), advice: advice?.replacing(path, with: name), outputTail: outputTail)
  }
}

extension AssayError: CustomStringConvertible {
  /// Messages and advice, as a terminal shows them.
  public var description: String {
    (([message] + others).map(\.printable) + [advice.map { "  \($0.printable)" }].compactMap(\.self))
      .joined(separator: "\n")
  }

  /// Message, advice, and what was printed.
  public var fullDescription: String {
    outputTail.map { "\(self)\nIt printed:\n\($0.printableLines)" } ?? description
  }
}
