import AssayCore
import Platform

/// Reads each model once, however many cells it has.
struct ModelLookup {
  let digests: FileDigests
  private var found: [String: Result<ModelReference, AssayError>] = [:]

  init(_ digests: FileDigests) { self.digests = digests }

  /// Fills in format, size and content hash of a model.
  ///
  /// - Throws: `.badModel`, `.interrupted`
  mutating func complete(_ model: inout ModelReference) throws(AssayError) {
    let path = model.path
    let result = found[path] ?? Result { () throws(AssayError) in try ModelFile(at: path).reference(digests) }
    found[path] = result
    var complete = try result.get()
    complete.signature = model.signature
    model = complete
  }
}
