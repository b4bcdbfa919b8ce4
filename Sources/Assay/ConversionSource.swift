public import AssayCore
public import Conversion
import Foundation
import ModelFiles
import Platform

/// A model to convert: what it is, and what tells it from others.
public struct ConversionSource {
  /// How the name of a PyTorch module begins.
  public static let torchPrefix = "torch:"
  private static let kerasSuffixes = ["keras", "h5", "hdf5"]

  public let reference: ModelReference
  public let kind: ModelKind
  private let torch: TorchOptions?

  /// With the precision that it has.
  public var form: ConversionForm { ConversionForm(kind) }

  var model: Converter.Model {
    Converter.Model(path: reference.path, sha256: reference.sha256 ?? "", form: form, torch: torch)
  }

  /// How images are prepared for it: by a choice, and by its metadata where the choice is open; `nil` where neither says anything.
  ///
  /// - Throws: `.badModel` for metadata that is damaged.
  public func preprocessing(_ choice: PreprocessingChoice) throws(AssayError) -> PreprocessingChoice? {
    let complete = try reference.completing(choice)
    return complete == PreprocessingChoice() ? nil : complete
  }

  /// - Throws: `.badModel` for a file that is no model, `.unsupported` for one that no converter reads.
  public init(_ path: String, in context: RunContext) throws(AssayError) {
    torch = nil
    if Self.kerasSuffixes.contains(URL(filePath: path).pathExtension.lowercased()) {
      kind = .keras
      reference = try Self.reference(toFile: path, in: context)
      return
    }
    let file = try ModelFile(at: path)
    reference = try file.reference(context.digests)
    if file.format == .pt2, !(try PT2Package.holdsCode(path)) {
      kind = .exportedProgram
      return
    }
    guard let kind = ModelKind(file.format) else {
      throw AssayError(
        .unsupported, "No converter reads \(path).",
        advice:
          "Convert an ONNX, TFLite, Keras or OpenVINO file, the folder of a SavedModel, a .pt2, or torch:package.module:factory."
      )
    }
    self.kind = kind
  }

  /// A PyTorch module by its name.
  ///
  /// - Throws: `.usage` for a text that is no name, `.badModel` for files that cannot be read.
  public init(_ name: String, _ options: TorchOptions, in context: RunContext) throws(AssayError) {
    let parts = name.dropFirst(Self.torchPrefix.count).split(separator: ":", omittingEmptySubsequences: false)
    guard name.hasPrefix(Self.torchPrefix), parts.count == 2, !parts.contains("") else {
      throw AssayError(
        .usage, "\(name) is no PyTorch module.",
        advice: "Write torch:package.module:factory, as in torch:torchvision.models:mobilenet_v2")
    }
    var options = options
    var lines = [name, "shapes \(options.shapes)", "seed \(options.seed)"]
    if let weights = options.weights {
      lines.append("weights \(try Self.reference(toFile: weights, in: context).sha256 ?? "")")
      options.weights = ProcessSpec.absolutePath(weights)
    }
    if let folder = options.pythonPath {
      lines += try Self.code(in: folder, context)
      options.pythonPath = ProcessSpec.absolutePath(folder)
    }
    (kind, torch) = (.torchModule, options)
    reference = ModelReference(path: name, sha256: SHA256.hexDigest(of: lines.joined(separator: "\n")))
  }

  private static func reference(toFile path: String, in context: RunContext) throws(AssayError) -> ModelReference {
    guard FileManager.default.fileExists(atPath: path) else {
      throw AssayError(.badModel, "There is no file \(path).")
    }
    do throws(AssayError) {
      let digest = try context.digests.digest(ofFile: path)
      return ModelReference(path: path, sha256: digest.sha256, bytes: digest.bytes)
    } catch {
      throw error.code == .interrupted ? error : AssayError(.badModel, error.message)
    }
  }

  /// The Python in a folder, which makes the module what it is.
  private static func code(in folder: String, _ context: RunContext) throws(AssayError) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw AssayError(.badModel, "--python-path names no folder: \(folder)")
    }
    let names = (FileManager.default.enumerator(atPath: Folder.resolved(folder))?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".py") && Folder.hasFile(Folder.resolved("\(folder)/\($0)")) }.sorted()
    return try names.map { name throws(AssayError) in
      "\(try context.digests.digest(ofFile: "\(folder)/\(name)").sha256) \(name)"
    }
  }
}
