public import AssayCore
import Foundation
import Platform

/// A model on disk, checked before any engine reads it.
public struct ModelFile: Sendable {
  /// As the user gave it.
  public let path: String
  public let format: ModelFormat
  /// All files of the model, in order of their names.
  let files: [URL]

  /// Finds the model at a path, and its format.
  ///
  /// - Throws: `.badModel`, saying what is wrong with the file.
  public init(at path: String) throws(AssayError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw AssayError(.badModel, "There is no model at \(path).")
    }
    let url = URL(filePath: path)
    self.path = path
    if isFolder.boolValue {
      guard FileManager.default.fileExists(atPath: url.appending(path: "saved_model.pb").path) else {
        throw AssayError(
          .badModel, "\(path) is a folder, but not a TensorFlow SavedModel: it has no saved_model.pb.",
          advice: "Name a model file, or the folder with saved_model.pb.")
      }
      format = .savedModel
      files = Self.allFiles(below: url)
      return
    }
    // Reading from a pipe or a device may never end.
    let target = url.resolvingSymlinksInPath()
    guard (try? target.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true else {
      throw AssayError(.badModel, "\(path) is neither a file nor a folder.")
    }
    guard let format = ModelFormat(pathExtension: url.pathExtension) else {
      throw AssayError(
        .badModel, "The ending of \(path) is not that of a model format.",
        advice: "Assay reads .tflite, .onnx, OpenVINO's .xml, and SavedModel folders.")
    }
    try Self.checkContent(of: url, format: format)
    self.format = format
    let weights = url.deletingPathExtension().appendingPathExtension("bin")
    let hasWeights = format == .openvinoIR && FileManager.default.fileExists(atPath: weights.path)
    files = hasWeights ? [weights, url] : [url]
  }

  /// Format, size and SHA-256 of the model.
  ///
  /// - Throws: `.badModel` if they cannot be read.
  public func reference() throws(AssayError) -> ModelReference {
    var digests: [SHA256.FileDigest] = []
    do throws(AssayError) {
      for file in files { digests.append(try SHA256.digest(ofFile: file.path)) }
    } catch {
      throw AssayError(.badModel, error.message)
    }
    let bytes = digests.reduce(0) { $0 + $1.bytes }
    return ModelReference(path: path, format: format, sha256: sha256(of: digests), bytes: bytes)
  }

  /// The SHA-256 of the file, or of the list of the files' sums.
  private func sha256(of digests: [SHA256.FileDigest]) -> String {
    if digests.count == 1 { return digests[0].sha256 }
    return SHA256.hexDigest(of: zip(digests, files).map { "\($0.sha256)  \($1.lastPathComponent)\n" }.joined())
  }

  private static func checkContent(of url: URL, format: ModelFormat) throws(AssayError) {
    let head: Data
    do {
      let file = try FileHandle(forReadingFrom: url)
      defer { try? file.close() }
      head = try file.read(upToCount: 16) ?? Data()
    } catch {
      throw AssayError(.badModel, "Cannot read \(url.relativePath): \(error.localizedDescription)")
    }
    guard !head.isEmpty else { throw AssayError(.badModel, "\(url.relativePath) is empty.") }
    let isTFLite = ModelFormat.tflite.traits?.isMarked(head) == true
    if isTFLite != (format == .tflite) && (isTFLite || format == .tflite) {
      throw AssayError(
        .badModel,
        isTFLite
          ? "\(url.relativePath) is a TFLite model, despite its name."
          : "\(url.relativePath) is not a TFLite model: it lacks the mark TFL3.",
        advice: isTFLite ? "Rename it to end in .tflite." : "Convert or download it again.")
    }
  }

  private static func allFiles(below folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    let urls = (found?.allObjects ?? []).compactMap { $0 as? URL }
    return urls.filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
      .sorted { $0.path < $1.path }
  }
}
