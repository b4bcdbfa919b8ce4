public import AssayCore
import Foundation
import RecordLog
import ResultStore

/// What to compare: a saved run, a record log, or a cell to measure now.
public enum ComparisonOperand: Hashable, Sendable {
  /// A run in the store, as it is named on a command line: an id, a tag, `last`, `last~1`.
  case stored(String)
  /// A record log, by its path.
  case recordLog(String)
  case live(LiveCell)

  /// Reads the name of a run, the path of a record log, or `model@engine[:device][,streams=N][,threads=N][,batch=N]`.
  ///
  /// - Throws: `.usage` if it is none of these, `.badData` if it is a file that is no record log.
  public init(_ text: String) throws(AssayError) {
    let isPath = text.contains("/") || text.hasSuffix(".records")
    if isPath, FileManager.default.fileExists(atPath: text) {
      try Self.refuseModel(text)
      _ = try RecordLogReader(opening: text)
      self = .recordLog(text)
    } else if let at = text.lastIndex(of: "@"), at != text.startIndex {
      self = .live(try LiveCell(model: String(text[..<at]), description: text[text.index(after: at)...], of: text))
    } else {
      try Self.refuseModel(text)
      guard !isPath, (try? RunReference(text)) != nil else {
        throw AssayError(
          .usage, "'\(text)' is neither a saved run, nor a record log, nor a cell to measure.",
          advice: "Write an id, a tag or last, the path of a record log, or model@engine, as in model.tflite@litert.")
      }
      self = .stored(text)
    }
  }

  private static func refuseModel(_ path: String) throws(AssayError) {
    guard (try? ModelFile(at: path)) != nil else { return }
    throw AssayError(
      .usage, "\(path) is a model. A comparison also needs its target.",
      advice: "Add it, as in \(path)@litert or \(path)@openvino:cpu,threads=1.")
  }
}

/// A cell of a comparison that is measured now.
public struct LiveCell: Hashable, Sendable {
  /// The path of the model.
  public let model: String
  public let target: Target
  /// Instead of those of the whole comparison.
  public private(set) var streams: Int?
  public private(set) var threads: Int?
  public private(set) var batch: Int?

  public init(model: String, target: Target, streams: Int? = nil, threads: Int? = nil, batch: Int? = nil) {
    self.model = model
    self.target = target
    self.streams = streams
    self.threads = threads
    self.batch = batch
  }

  /// - Parameter description: what stands behind the `@` of an operand.
  fileprivate init(model: String, description: Substring, of operand: String) throws(AssayError) {
    let parts = description.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard let target = Target(parts[0]) else {
      throw AssayError(
        .usage, "'\(parts[0])' in '\(operand)' is not a target.",
        advice: "Write engine or engine:device after the @, as in litert or openvino:gpu.")
    }
    self.init(model: model, target: target)
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      let number = pair.count == 2 ? Int(pair[1]) : nil
      switch (pair.first, number) {
      case ("streams", .some(let count)) where (1...1024).contains(count): streams = count
      case ("threads", .some(let count)) where (1...1024).contains(count): threads = count
      case ("batch", .some(let count)) where (1...65536).contains(count): batch = count
      default:
        throw AssayError(
          .usage, "'\(part)' in '\(operand)' is not an option of a cell.",
          advice: "After the target, write streams=N or threads=N, from 1 to 1024, or batch=N, from 1 to 65536.")
      }
    }
  }
}
