import CEngineAPIs

/// An object of the library: destroyed with the last reference to it, and before what it was made of.
final class LiteRTHandle: Sendable {
  // Any thread may hold and destroy an object. Environments and models are only read; a compiled model belongs to one session.
  nonisolated(unsafe) let pointer: OpaquePointer
  private let destroy: @convention(c) (OpaquePointer) -> Void
  private let origin: LiteRTHandle?

  init(_ pointer: OpaquePointer, madeOf origin: LiteRTHandle? = nil, destroy: @convention(c) (OpaquePointer) -> Void) {
    self.pointer = pointer
    self.origin = origin
    self.destroy = destroy
  }

  deinit { destroy(pointer) }
}

/// A call that the library refused.
struct LiteRTFailure: Error {
  /// The function without its prefix `LiteRt`.
  let call: String
  let status: LiteRtStatus
}

extension LiteRTFailure: CustomStringConvertible {
  var description: String { "LiteRt\(call) returned \(status.name)" }
}

extension LiteRtStatus {
  func check(_ call: String) throws(LiteRTFailure) {
    guard self == kLiteRtStatusOk else { throw LiteRTFailure(call: call, status: self) }
  }

  /// The name without its prefix `kLiteRtStatus`; the library does not export the function that gives it.
  var name: String {
    switch self {
    case kLiteRtStatusErrorInvalidArgument: "ErrorInvalidArgument"
    case kLiteRtStatusErrorMemoryAllocationFailure: "ErrorMemoryAllocationFailure"
    case kLiteRtStatusErrorRuntimeFailure: "ErrorRuntimeFailure"
    case kLiteRtStatusErrorMissingInputTensor: "ErrorMissingInputTensor"
    case kLiteRtStatusErrorUnsupported: "ErrorUnsupported"
    case kLiteRtStatusErrorNotFound: "ErrorNotFound"
    case kLiteRtStatusErrorTimeoutExpired: "ErrorTimeoutExpired"
    case kLiteRtStatusErrorWrongVersion: "ErrorWrongVersion"
    case kLiteRtStatusErrorUnknown: "ErrorUnknown"
    case kLiteRtStatusErrorAlreadyExists: "ErrorAlreadyExists"
    case kLiteRtStatusCancelled: "Cancelled"
    case kLiteRtStatusErrorFileIO: "ErrorFileIO"
    case kLiteRtStatusErrorInvalidFlatbuffer: "ErrorInvalidFlatbuffer"
    case kLiteRtStatusErrorDynamicLoading: "ErrorDynamicLoading"
    case kLiteRtStatusErrorSerialization: "ErrorSerialization"
    case kLiteRtStatusErrorCompilation: "ErrorCompilation"
    default: "status \(rawValue)"
    }
  }
}

/// Calls a function that creates an object of the library.
func liteRTObject(
  _ call: String, _ create: (UnsafeMutablePointer<OpaquePointer?>) -> LiteRtStatus
) throws(LiteRTFailure) -> OpaquePointer {
  var object: OpaquePointer?
  try create(&object).check(call)
  guard let object else { throw LiteRTFailure(call: call, status: kLiteRtStatusErrorUnknown) }
  return object
}
