import AssayCore
import CEngineAPIs
import DynamicLibrary

/// TensorFlow's C API, with its habits: a status beside every call, objects that the caller deletes.
struct TensorFlowAPI: Sendable {
  let functions: TF_functions

  init(_ library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    functions = TF_functions(
      Version: try library.function("TF_Version"),
      NewStatus: try library.function("TF_NewStatus"),
      DeleteStatus: try library.function("TF_DeleteStatus"),
      GetCode: try library.function("TF_GetCode"),
      Message: try library.function("TF_Message"),
      NewBuffer: try library.function("TF_NewBuffer"),
      DeleteBuffer: try library.function("TF_DeleteBuffer"),
      NewGraph: try library.function("TF_NewGraph"),
      DeleteGraph: try library.function("TF_DeleteGraph"),
      GraphOperationByName: try library.function("TF_GraphOperationByName"),
      OperationNumOutputs: try library.function("TF_OperationNumOutputs"),
      NewSessionOptions: try library.function("TF_NewSessionOptions"),
      DeleteSessionOptions: try library.function("TF_DeleteSessionOptions"),
      SetConfig: try library.function("TF_SetConfig"),
      NewSession: try library.function("TF_NewSession"),
      LoadSessionFromSavedModel: try library.function("TF_LoadSessionFromSavedModel"),
      CloseSession: try library.function("TF_CloseSession"),
      DeleteSession: try library.function("TF_DeleteSession"),
      SessionRun: try library.function("TF_SessionRun"),
      SessionListDevices: try library.function("TF_SessionListDevices"),
      DeleteDeviceList: try library.function("TF_DeleteDeviceList"),
      DeviceListCount: try library.function("TF_DeviceListCount"),
      DeviceListType: try library.function("TF_DeviceListType"),
      NewTensor: try library.function("TF_NewTensor"),
      AllocateTensor: try library.function("TF_AllocateTensor"),
      DeleteTensor: try library.function("TF_DeleteTensor"),
      NumDims: try library.function("TF_NumDims"),
      Dim: try library.function("TF_Dim"),
      TensorByteSize: try library.function("TF_TensorByteSize"),
      TensorData: try library.function("TF_TensorData"),
      StringInit: try library.function("TF_StringInit"),
      StringCopy: try library.function("TF_StringCopy"),
      StringDealloc: try library.function("TF_StringDealloc"))
  }

  /// Calls a function that reports through a status.
  func checked<Result>(_ body: (OpaquePointer) -> Result) throws(TensorFlowFailure) -> Result {
    let status = functions.NewStatus()
    defer { functions.DeleteStatus(status) }
    let result = body(status)
    try check(status)
    return result
  }

  func check(_ status: OpaquePointer) throws(TensorFlowFailure) {
    let code = functions.GetCode(status)
    guard code != Int32(TF_OK) else { return }
    throw TensorFlowFailure(code: code, text: String(cString: functions.Message(status)))
  }
}

/// TensorFlow's message about a failed call.
struct TensorFlowFailure: Error {
  let code: Int32
  let text: String

  /// The text without the places in the graph that the failure passed through.
  var reason: String {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.contains("[[") }
    return lines.prefix(2).joined(separator: " ")
  }

  /// Whether TensorFlow understood the model, but lacks something in it.
  var isLimitation: Bool {
    code == Int32(TF_UNIMPLEMENTED) || text.contains("Op type not registered")
      || text.contains("No OpKernel was registered")
  }

  /// The failure as an `AssayError`, after what was tried.
  func error(_ code: AssayError.Code, _ attempt: String, advice: String? = nil) -> AssayError {
    AssayError(code, "\(attempt): \(reason)", advice: advice)
  }
}
