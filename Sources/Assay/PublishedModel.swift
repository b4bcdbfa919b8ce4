public import AssayCore
import Conversion
import Foundation
import Platform

/// A converted model at a place of the user's own, with the report beside it.
public struct PublishedModel {
  /// `nil` leaves the result in the cache.
  private let path: String?

  /// - Throws: `.usage` for a name that does not suit the format, `.inputOutput` for a folder that is not there.
  public init(conversion: ModelConversion, path: String?) throws(AssayError) {
    self.path = path
    guard let path else { return }
    let suffix = conversion.target.kind.suffix
    guard suffix.isEmpty || path.lowercased().hasSuffix(suffix) else {
      throw AssayError(
        .usage, "\(path) does not end in \(suffix), by which \(conversion.target.kind.title) is recognised.",
        advice: "Name it so: -o \(path)\(suffix)")
    }
    let places = [path, conversion.source.reference.path].map {
      URL(filePath: ProcessSpec.absolutePath($0)).resolvingSymlinksInPath().path
    }
    guard places[0] != places[1] else {
      throw AssayError(
        .usage, "-o \(path) is the model that is converted, and would replace it.", advice: "Choose another -o.")
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw AssayError(
        .inputOutput, "The folder \(folder) cannot be written.", advice: "Make it, or choose another -o.")
    }
  }

  /// Copies the model, and what belongs to it, from the cache, and names the copy in the report.
  public func publish(_ report: inout ConversionReport) throws(AssayError) {
    guard let path else { return }
    let source = report.result.path
    do {
      try ModelCopy.copy(source, to: path)
      report.result.path = path
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      try encoder.encode(report).write(to: URL(filePath: "\(path).conversion.json"), options: .atomic)
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error.localizedDescription)")
    }
  }
}
