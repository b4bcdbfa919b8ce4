import AssayCore
import CEngineAPIs

/// ONNX Runtime's table of functions, and how to call them: a status that is not `NULL` becomes an error.
struct ORTLibrary: Sendable {
  // A constant of the library. By pointer, because the table of an older version is shorter than `OrtApi`.
  nonisolated(unsafe) let api: UnsafePointer<OrtApi>
  /// The newest version of the table that the library has, as in `ASSAY_ORT_HAS_SHAPE_API`.
  let newestAPI: Int

  /// Throws the library's message about a failed call, after `context` and a colon.
  func check(
    _ status: OpaquePointer?, _ code: AssayError.Code, _ context: @autoclosure () -> String, advice: String? = nil
  ) throws(AssayError) {
    guard let status else { return }
    throw AssayError(code, "\(context()): \(message(consuming: status))", advice: advice)
  }

  /// Calls a function that stores a new object through a pointer.
  func make(
    _ code: AssayError.Code, _ context: @autoclosure () -> String, advice: String? = nil,
    _ call: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
  ) throws(AssayError) -> OpaquePointer {
    var object: OpaquePointer?
    try check(call(&object), code, context(), advice: advice)
    guard let object else { throw AssayError(code, "\(context()): the library returned nothing.", advice: advice) }
    return object
  }

  /// The message of a failed call. Releases the status.
  func message(consuming status: OpaquePointer) -> String {
    defer { api.pointee.ReleaseStatus(status) }
    return ORTMessage.readable(String(cString: api.pointee.GetErrorMessage(status)))
  }

  /// Why a model was not loaded. The library's codes do not distinguish the other causes.
  func loadFailure(consuming status: OpaquePointer, modelPath: String) -> AssayError {
    let isMissing = api.pointee.GetErrorCode(status) == ORT_NOT_IMPLEMENTED
    var message = message(consuming: status)
    // The library repeats what is said already.
    for prefix in ["Load model from \(modelPath) failed:", "Fatal error: ", "Exception during initialization: "]
    where message.hasPrefix(prefix) {
      message.removeFirst(prefix.count)
    }
    let lacks = [
      "is not a registered function/op", "No Op registered for", "Could not find an implementation", "not supported",
    ]
    if message.contains("Failed to construct locale") {
      return AssayError(
        .unsupported, "\(modelPath) sorts texts by a locale that this system lacks: \(message)",
        advice: "Install the locale (locale-gen), or try another engine.")
    }
    guard isMissing || lacks.contains(where: message.contains), !message.contains("path is a directory") else {
      return AssayError(
        .badModel, "ONNX Runtime cannot load \(modelPath): \(message)",
        advice: "Check the path and that the file is whole; a model newer than the library needs a newer ONNX Runtime.")
    }
    return AssayError(
      .unsupported, "ONNX Runtime lacks an operator or type that \(modelPath) uses: \(message)",
      advice: "Try another engine, or export the model with standard operators.")
  }

  /// The execution providers that the library was built with, in its order of preference.
  func availableProviders() throws(AssayError) -> [String] {
    let context = "ONNX Runtime does not list its providers"
    var providers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>>?
    var count: Int32 = 0
    try check(api.pointee.GetAvailableProviders(&providers, &count), .engineUnavailable, context)
    guard let providers else { return [] }
    let names = (0..<Int(count)).map { String(cString: providers[$0]) }
    try check(api.pointee.ReleaseAvailableProviders(providers, count), .engineUnavailable, context)
    return names
  }
}

/// The library with the one environment that a process has of it. Like the library, it is never closed.
struct ORTEnvironment: Sendable {
  let library: ORTLibrary
  // The library guards it itself: sessions may be made of it on any thread.
  private nonisolated(unsafe) let handle: OpaquePointer

  init(_ library: ORTLibrary) throws(AssayError) {
    self.library = library
    // Warnings would flood a worker's output on some models; errors explain a failed cell.
    handle = try library.make(.engineUnavailable, "ONNX Runtime does not start") {
      library.api.pointee.CreateEnv(ORT_LOGGING_LEVEL_ERROR, "assay", $0)
    }
  }

  /// Compiles the model of a file.
  ///
  /// - Throws: `.unsupported` for an operator or type that the library lacks, else `.badModel`, with the library's words.
  func makeSession(modelPath: String, options: OpaquePointer) throws(AssayError) -> LibraryObject {
    var session: OpaquePointer?
    if let status = library.api.pointee.CreateSession(handle, modelPath, options, &session) {
      throw library.loadFailure(consuming: status, modelPath: modelPath)
    }
    guard let session else { throw AssayError(.badModel, "ONNX Runtime loads nothing from \(modelPath).") }
    return LibraryObject(session, releasedBy: library.api.pointee.ReleaseSession)
  }
}
