import AssayCore

/// Reads each model once, however many cells it has.
struct ModelLookup {
  private var found: [String: Result<ModelReference, AssayError>] = [:]

  /// Fills in format, size and content hash of a model.
  ///
  /// - Throws: `.badModel`
  mutating func complete(_ model: inout ModelReference) throws(AssayError) {
    let path = model.path
    let result = found[path] ?? Result { () throws(AssayError) in try ModelFile(at: path).reference() }
    found[path] = result
    var complete = try result.get()
    complete.signature = model.signature
    model = complete
  }
}
