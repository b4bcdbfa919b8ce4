public import AssayCore
import Foundation
import ModelFiles
public import Platform

/// A model on disk, checked before an engine reads it.
public struct ModelFile: Sendable {
  /// As the user gave it.
  public let path: String
  public let format: ModelFormat

  /// Finds out whether there is a model at a path and which format it has.
  ///
  /// - Parameter pluginFormat: the format of a file whose ending Assay does not know, for the plugin that reads it; `nil` for none.
  /// - Throws: `.badModel`, with what is wrong with the file.
  public init(at path: String, pluginFormat: ModelFormat? = nil) throws(AssayError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw AssayError(
        .badModel, "There is no model at \(path).", advice: Self.neighbour(of: path).map { "Did you mean \($0)?" })
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
      return
    }
    // Reading from a pipe or a device may never end.
    guard Self.isRegular(url) else {
      throw AssayError(.badModel, "\(path) is neither a file nor a folder.")
    }
    guard let format = ModelFormat(pathExtension: url.pathExtension) ?? pluginFormat else {
      if let (kind, advice) = Self.foreign[url.pathExtension.lowercased()] {
        throw AssayError(.badModel, "\(path) is \(kind), which no engine of Assay reads.", advice: advice)
      }
      throw AssayError(
        .badModel, "The ending of \(path) is not that of a model format.",
        advice:
          "Assay reads .tflite, .onnx, OpenVINO's .xml, PyTorch's .pt2, .pt and .pte, TensorRT's .engine, and SavedModel folders. Plugins read others: -e plugin:PATH"
      )
    }
    try Self.checkContent(of: url, format: format)
    self.format = format
  }

  /// The file of a model whose format is known.
  ///
  /// - Throws: `.badModel`
  init(_ model: ModelReference) throws(AssayError) { try self.init(at: model.path, pluginFormat: model.format) }

  /// Files that are models, but not for Assay, by extension: what they are, and what to do.
  private static let foreign: [String: (kind: String, advice: String)] = {
    let torch = (
      "a checkpoint of PyTorch, weights without the code that uses them",
      "Load it into its module in Python, and compile that: "
        + "torch._inductor.aoti_compile_and_package(torch.export.export(model, inputs)) writes a .pt2."
    )
    let keras = (
      "a model of Keras",
      "Convert it: assay convert NAME --to tflite. Or save it for serving: model.export(folder) writes a SavedModel."
    )
    let hdf5 = ("an HDF5 file, in which older Keras keeps models", keras.1)
    return ["pth": torch, "ckpt": torch, "keras": keras, "h5": hdf5]
  }()

  /// A file that belongs to a model.
  public struct Part: Hashable, Sendable {
    public let path: String
    /// The path from the model's folder.
    public let name: String
  }

  /// The format of a plugin's models: the ending of their files; `nil` for a file without one.
  static func pluginFormat(ofModel path: String) -> ModelFormat? {
    let ending = URL(filePath: path).pathExtension.lowercased()
    return ending.isEmpty ? nil : ModelFormat(rawValue: ending)
  }

  /// All files of the model, in order of their names: itself, ONNX's external tensors, all files of a SavedModel; for OpenVINO and
  /// plugins' formats the weights, a `.bin` file of the same name.
  ///
  /// - Throws: `.badModel` if an external file is missing or lies outside of the model's folder.
  public func parts() throws(AssayError) -> [Part] {
    let url = URL(filePath: path)
    if format == .savedModel { return Self.allFiles(below: url) }
    var parts = [Part(path: path, name: url.lastPathComponent)]
    if format == .openvinoIR || format.traits == nil {
      let weights = url.deletingPathExtension().appendingPathExtension("bin")
      if weights.path != url.path, FileManager.default.fileExists(atPath: weights.path) {
        parts.append(Part(path: weights.path, name: weights.lastPathComponent))
      }
    }
    for location in ModelGraph.externalFiles(ofModel: path, format: format) {
      let part = try externalPart(location)
      if !parts.contains(part) { parts.append(part) }
    }
    return parts.sorted { $0.name < $1.name }
  }

  /// What an engine may open to read the model.
  func readable() throws(AssayError) -> [String] { format == .savedModel ? [path] : try parts().map(\.path) }

  /// What tells the model from others: format, size and SHA-256.
  ///
  /// - Throws: `.badModel` if its files cannot be read, `.interrupted`.
  public func reference(_ digests: FileDigests = FileDigests()) throws(AssayError) -> ModelReference {
    let parts = try parts()
    var found: [SHA256.FileDigest] = []
    do throws(AssayError) {
      for part in parts { found.append(try digests.digest(ofFile: part.path)) }
    } catch {
      throw error.code == .interrupted ? error : AssayError(.badModel, error.message)
    }
    let list = zip(found, parts).map { "\($0.sha256)  \($1.name)\n" }.joined()
    return ModelReference(
      path: path, format: format, sha256: parts.count == 1 ? found[0].sha256 : SHA256.hexDigest(of: list),
      bytes: found.reduce(0) { $0 + $1.bytes })
  }

  /// The file that an ONNX model keeps tensors in. A model from elsewhere must not make Assay or an engine read other files.
  private func externalPart(_ location: String) throws(AssayError) -> Part {
    let parts = location.split(separator: "/").filter { $0 != "." }
    guard !location.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), !location.contains("\0") else {
      throw AssayError(
        .badModel,
        "\(path) keeps tensors in '\(location.printable)', which is no file below its folder.",
        advice: "Save the model again, with its external data beside it.")
    }
    let name = parts.joined(separator: "/")
    let file = URL(filePath: path).deletingLastPathComponent().appending(path: name)
    guard Self.isRegular(file) else {
      throw AssayError(
        .badModel, "\(path) keeps tensors in \(file.path.printable), which is not there.",
        advice: "Copy the model together with its external data.")
    }
    return Part(path: file.path, name: name)
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

  /// The regular files of a folder; links to files count as the files.
  private static func allFiles(below folder: URL) -> [Part] {
    let names = FileManager.default.enumerator(atPath: Folder.resolved(folder.path))?.allObjects ?? []
    return names.compactMap { $0 as? String }.sorted().compactMap { name in
      let file = folder.appending(path: name)
      return isRegular(file) ? Part(path: file.path, name: name) : nil
    }
  }

  /// The model in the same folder whose name is most alike; `nil` where none is.
  private static func neighbour(of path: String) -> String? {
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let (folder, name) = (path[..<start], String(path[start...]))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : String(folder))) ?? []
    let models = names.filter { ModelFormat(pathExtension: URL(filePath: $0).pathExtension) != nil }
    return EditDistance.suggestion(for: name, among: models.sorted()).map { folder + $0 }
  }

  private static func isRegular(_ file: URL) -> Bool {
    (try? file.resolvingSymlinksInPath().resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
  }
}
