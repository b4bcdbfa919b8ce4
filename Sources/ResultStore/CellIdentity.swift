public import AssayCore
import Platform

extension CellSpec {
  /// What makes two cells the same: the SHA-256 of the canonical form, in hexadecimal. `nil` without a content hash of the model.
  ///
  /// The canonical form is the JSON of the spec with sorted keys, without white space, slashes unescaped, in UTF-8, of which this is left out:
  /// the path, format and size of the model (its content and signature stay), the paths of the engine's library and of
  /// given inputs, and the time limit.
  public var identity: String? {
    guard model.sha256 != nil else { return nil }
    var spec = self
    spec.model = ModelReference(path: "", sha256: model.sha256, signature: model.signature)
    spec.engineLibrary = nil
    spec.options.timeLimit = nil
    spec.options.given = options.given.withoutPaths
    return (try? text(of: spec)).map { SHA256.hexDigest(of: $0) }
  }
}
