import AssayCore
import Platform

/// Reads each model once, however many cells it has.
struct ModelLookup {
  let digests: FileDigests
  /// By path, and by format for models whose endings plugins know.
  private var found: [ModelReference: Result<ModelReference, AssayError>] = [:]

  init(_ digests: FileDigests) { self.digests = digests }

  /// Fills in format, size and content hash of a model.
  ///
  /// - Throws: `.badModel`, `.interrupted`
  mutating func complete(_ model: inout ModelReference) throws(AssayError) {
    let key = ModelReference(path: model.path, format: model.format)
    let result =
      found[key]
      ?? Result { () throws(AssayError) in
        try ModelFile(at: key.path, pluginFormat: key.format).reference(digests)
      }
    found[key] = result
    var complete = try result.get()
    complete.signature = model.signature
    complete.conversion = model.conversion
    model = complete
  }
}
