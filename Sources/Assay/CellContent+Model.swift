import AssayCore
import Foundation
import Launching
import Platform

extension CellContent {
  /// What a cell needs on another machine. The model was found and its reference is complete.
  ///
  /// - Throws: `.badModel` if the model cannot be read.
  init(_ spec: CellSpec, _ job: CellJob) throws(AssayError) {
    let model = try ModelFile(at: spec.model.path)
    let root = URL(filePath: spec.model.path).standardizedFileURL
    var files: [SourceFile] = []
    let parts = try model.parts()
    for part in parts {
      // The sum of a model in one file is known already, and hashing takes seconds for each GiB.
      let known = parts.count == 1 ? spec.model : ModelReference(path: "")
      let digest = if let known = known.digest { known } else { try SHA256.digest(ofFile: part.path) }
      let name = model.format == .savedModel ? "\(root.lastPathComponent)/\(part.name)" : part.name
      files.append(
        SourceFile(path: part.path, offer: OfferedFile(sha256: digest.sha256, bytes: digest.bytes, name: name)))
    }
    for file in job.inputFiles {
      let digest = try SHA256.digest(ofFile: file.path)
      files.append(
        SourceFile(
          path: file.path,
          offer: OfferedFile(sha256: digest.sha256, bytes: digest.bytes, name: file.path, isInput: true)))
    }
    self.init(files: files, modelName: root.lastPathComponent, imageManifest: job.images?.path)
  }
}

extension ModelReference {
  fileprivate var digest: SHA256.FileDigest? {
    guard let sha256, let bytes else { return nil }
    return SHA256.FileDigest(bytes: bytes, sha256: sha256)
  }
}
