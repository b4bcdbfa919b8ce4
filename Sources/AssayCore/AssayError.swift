/// The one error of the project: what happened, to which file or engine, and what to do next.
///
/// It crosses the process boundary between worker and parent, and stands in the results of a cell that did not end well.
public struct AssayError: Error, Codable, Hashable, Sendable {
  /// What kind of thing went wrong. Decides the exit status of the command and the status of the cell.
  public enum Code: String, Codable, Sendable, CaseIterable {
    /// The command line asks for something that cannot be.
    case usage
    /// The model file is missing, unreadable, damaged, or fails to compile.
    case badModel = "bad_model"
    /// An image, a label or a folder of them cannot be used.
    case badData = "bad_data"
    /// This engine cannot read this kind of model, or cannot do what is asked of it.
    case unsupported
    /// The engine's library is not here, is not a library, or lacks what is needed.
    case engineUnavailable = "engine_unavailable"
    /// The engine is here but not the device that was asked for.
    case deviceUnavailable = "device_unavailable"
    /// The engine reported an error while it ran the model.
    case inferenceFailed = "inference_failed"
    /// A file could not be written or read: a full disk, a read-only folder.
    case inputOutput = "io"
    /// The measuring process died: a signal, an abort, an early exit.
    case crashed
    /// The cell did not end within its time limit.
    case timedOut = "timed_out"
    /// The user stopped the run.
    case interrupted
    /// Parent and worker did not understand one another: a defect of Assay, or two versions mixed.
    case protocolViolation = "protocol_violation"
  }

  public let code: Code
  /// What happened, to which file or engine. One sentence without a final line break.
  public let message: String
  /// What to do next; `nil` where the message says it already.
  public let advice: String?
  /// The last lines that the engine's library printed, where that helps.
  public var outputTail: String?

  public init(_ code: Code, _ message: String, advice: String? = nil, outputTail: String? = nil) {
    self.code = code
    self.message = message
    self.advice = advice
    self.outputTail = outputTail
  }

  enum CodingKeys: String, CodingKey {
    case code
    case message
    case advice
    case outputTail = "output_tail"
  }
}

extension AssayError: CustomStringConvertible {
  /// Message and advice, as a terminal shows them.
  public var description: String {
    advice.map { "\(message.printable)\n  \($0.printable)" } ?? message.printable
  }
}
