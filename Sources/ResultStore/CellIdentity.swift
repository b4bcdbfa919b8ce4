public import AssayCore
import Foundation
import Platform

extension CellSpec {
  /// The SHA-256 of the canonical form, in hexadecimal: equal for equal cells. `nil` without a content hash of the model.
  ///
  /// The canonical form is the JSON of the spec with sorted keys, without white space, slashes unescaped, in UTF-8. The paths of the model and of
  /// given inputs are empty, and the model's format and size, the engine's library and the time limit are left out. Paths of images and labels
  /// are absolute.
  public var identity: String? {
    guard model.sha256 != nil else { return nil }
    var spec = self
    spec.model = ModelReference(path: "", sha256: model.measured.sha256, signature: model.signature)
    spec.engineLibrary = nil
    spec.options.timeLimit = nil
    spec.options.given = options.given.withoutPaths
    spec.resolvePaths { $0.isEmpty ? "" : URL(filePath: $0).standardizedFileURL.path }
    return (try? text(of: spec)).map { SHA256.hexDigest(of: $0) }
  }
}
