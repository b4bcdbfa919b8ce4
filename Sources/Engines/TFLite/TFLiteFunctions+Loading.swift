import CEngineAPIs
import DynamicLibrary

extension TfLiteFunctions {
  /// Finds every function in the library.
  init(in library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    self.init(
      Version: try library.function("TfLiteVersion"),
      ModelCreateFromFileWithErrorReporter: try library.function("TfLiteModelCreateFromFileWithErrorReporter"),
      ModelDelete: try library.function("TfLiteModelDelete"),
      InterpreterOptionsCreate: try library.function("TfLiteInterpreterOptionsCreate"),
      InterpreterOptionsDelete: try library.function("TfLiteInterpreterOptionsDelete"),
      InterpreterOptionsSetNumThreads: try library.function("TfLiteInterpreterOptionsSetNumThreads"),
      InterpreterOptionsSetErrorReporter: try library.function("TfLiteInterpreterOptionsSetErrorReporter"),
      InterpreterOptionsSetTelemetryProfiler: library.optionalFunction("TfLiteInterpreterOptionsSetTelemetryProfiler"),
      InterpreterCreate: try library.function("TfLiteInterpreterCreate"),
      InterpreterDelete: try library.function("TfLiteInterpreterDelete"),
      InterpreterModifyGraphWithDelegate: try library.function("TfLiteInterpreterModifyGraphWithDelegate"),
      InterpreterGetInputTensorCount: try library.function("TfLiteInterpreterGetInputTensorCount"),
      InterpreterGetInputTensor: try library.function("TfLiteInterpreterGetInputTensor"),
      InterpreterGetOutputTensorCount: try library.function("TfLiteInterpreterGetOutputTensorCount"),
      InterpreterGetOutputTensor: try library.function("TfLiteInterpreterGetOutputTensor"),
      InterpreterResizeInputTensor: try library.function("TfLiteInterpreterResizeInputTensor"),
      InterpreterAllocateTensors: try library.function("TfLiteInterpreterAllocateTensors"),
      InterpreterInvoke: try library.function("TfLiteInterpreterInvoke"),
      InterpreterGetSignatureRunner: try library.function("TfLiteInterpreterGetSignatureRunner"),
      SignatureRunnerDelete: try library.function("TfLiteSignatureRunnerDelete"),
      SignatureRunnerGetInputTensor: try library.function("TfLiteSignatureRunnerGetInputTensor"),
      SignatureRunnerGetOutputTensor: try library.function("TfLiteSignatureRunnerGetOutputTensor"),
      SignatureRunnerResizeInputTensor: try library.function("TfLiteSignatureRunnerResizeInputTensor"),
      SignatureRunnerAllocateTensors: try library.function("TfLiteSignatureRunnerAllocateTensors"),
      SignatureRunnerInvoke: try library.function("TfLiteSignatureRunnerInvoke"),
      TensorType: try library.function("TfLiteTensorType"),
      TensorNumDims: try library.function("TfLiteTensorNumDims"),
      TensorDim: try library.function("TfLiteTensorDim"),
      TensorByteSize: try library.function("TfLiteTensorByteSize"),
      TensorData: try library.function("TfLiteTensorData"),
      TensorName: try library.function("TfLiteTensorName"),
      TensorQuantizationParams: try library.function("TfLiteTensorQuantizationParams"),
      TensorAllocationType: try library.function("TfLiteOpaqueTensorGetAllocationType"),
      XNNPackDelegateOptionsDefault: try library.function("TfLiteXNNPackDelegateOptionsDefault"),
      XNNPackDelegateCreate: try library.function("TfLiteXNNPackDelegateCreate"),
      XNNPackDelegateDelete: try library.function("TfLiteXNNPackDelegateDelete"),
      OpaqueDelegateCreate: try library.function("TfLiteOpaqueDelegateCreate"),
      OpaqueDelegateDelete: try library.function("TfLiteOpaqueDelegateDelete"),
      OpaqueContextGetExecutionPlan: try library.function("TfLiteOpaqueContextGetExecutionPlan"),
      OpaqueContextGetNodeAndRegistration: try library.function("TfLiteOpaqueContextGetNodeAndRegistration"),
      OperatorGetBuiltInCode: try library.function("TfLiteOperatorGetBuiltInCode"),
      OperatorGetCustomName: try library.function("TfLiteOperatorGetCustomName"))
  }
}

extension TfLiteExternalDelegateFunctions {
  init(in library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    self.init(
      create_delegate: try library.function("tflite_plugin_create_delegate"),
      destroy_delegate: try library.function("tflite_plugin_destroy_delegate"))
  }
}

extension EdgeTPUFunctions {
  init(in library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    self.init(
      list_devices: try library.function("edgetpu_list_devices"),
      free_devices: try library.function("edgetpu_free_devices"),
      create_delegate: try library.function("edgetpu_create_delegate"),
      free_delegate: try library.function("edgetpu_free_delegate"),
      version: try library.function("edgetpu_version"))
  }
}
