import AssayCore
import Foundation
import Launching
import Platform

extension CellContent {
  /// What a cell needs on another machine. The model was found and its reference is complete.
  ///
  /// - Throws: `.badModel` if the model cannot be read, `.interrupted`.
  init(_ spec: CellSpec, _ job: CellJob, _ digests: FileDigests) throws(AssayError) {
    let model = try ModelFile(spec.model)
    let root = URL(filePath: spec.model.path).standardizedFileURL
    var files: [SourceFile] = []
    for part in try model.parts() {
      let digest = try digests.digest(ofFile: part.path)
      let name = model.format == .savedModel ? "\(root.lastPathComponent)/\(part.name)" : part.name
      files.append(
        SourceFile(path: part.path, offer: OfferedFile(sha256: digest.sha256, bytes: digest.bytes, name: name)))
    }
    for file in job.inputFiles {
      let digest = try digests.digest(ofFile: file.path)
      files.append(
        SourceFile(
          path: file.path,
          offer: OfferedFile(sha256: digest.sha256, bytes: digest.bytes, name: file.path, isInput: true)))
    }
    self.init(files: files, modelName: root.lastPathComponent, imageManifest: job.images?.path)
  }
}
