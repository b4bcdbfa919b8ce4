import CEngineAPIs
import DynamicLibrary

extension LiteRtFunctions {
  /// Finds every function in the library.
  init(in library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    self.init(
      CreateEnvironment: try library.function("LiteRtCreateEnvironment"),
      DestroyEnvironment: try library.function("LiteRtDestroyEnvironment"),
      GetNumAccelerators: try library.function("LiteRtGetNumAccelerators"),
      GetAccelerator: try library.function("LiteRtGetAccelerator"),
      GetAcceleratorName: try library.function("LiteRtGetAcceleratorName"),
      GetAcceleratorHardwareSupport: try library.function("LiteRtGetAcceleratorHardwareSupport"),
      CreateModelFromFile: try library.function("LiteRtCreateModelFromFile"),
      CreateModelFromBuffer: try library.function("LiteRtCreateModelFromBuffer"),
      DestroyModel: try library.function("LiteRtDestroyModel"),
      GetNumModelSignatures: try library.function("LiteRtGetNumModelSignatures"),
      GetModelSignature: try library.function("LiteRtGetModelSignature"),
      GetSignatureKey: try library.function("LiteRtGetSignatureKey"),
      GetNumSignatureInputs: try library.function("LiteRtGetNumSignatureInputs"),
      GetSignatureInputName: try library.function("LiteRtGetSignatureInputName"),
      GetSignatureInputTensorByIndex: try library.function("LiteRtGetSignatureInputTensorByIndex"),
      GetNumSignatureOutputs: try library.function("LiteRtGetNumSignatureOutputs"),
      GetSignatureOutputName: try library.function("LiteRtGetSignatureOutputName"),
      GetSignatureOutputTensorByIndex: try library.function("LiteRtGetSignatureOutputTensorByIndex"),
      GetRankedTensorType: try library.function("LiteRtGetRankedTensorType"),
      GetPerTensorQuantization: try library.function("LiteRtGetPerTensorQuantization"),
      CreateOptions: try library.function("LiteRtCreateOptions"),
      DestroyOptions: try library.function("LiteRtDestroyOptions"),
      SetOptionsHardwareAccelerators: try library.function("LiteRtSetOptionsHardwareAccelerators"),
      CreateOpaqueOptions: try library.function("LiteRtCreateOpaqueOptions"),
      AddOpaqueOptions: try library.function("LiteRtAddOpaqueOptions"),
      CreateCompiledModel: try library.function("LiteRtCreateCompiledModel"),
      DestroyCompiledModel: try library.function("LiteRtDestroyCompiledModel"),
      CompiledModelIsNonCpuFullyAccelerated: try library.function("LiteRtCompiledModelIsNonCpuFullyAccelerated"),
      CompiledModelResizeInputTensorNonStrict: try library.function("LiteRtCompiledModelResizeInputTensorNonStrict"),
      GetCompiledModelOutputTensorLayouts: try library.function("LiteRtGetCompiledModelOutputTensorLayouts"),
      CompiledModelGetErrorMessages: try library.function("LiteRtCompiledModelGetErrorMessages"),
      CompiledModelGetProfiler: library.optionalFunction("LiteRtCompiledModelGetProfiler"),
      StartProfiler: library.optionalFunction("LiteRtStartProfiler"),
      ResetProfiler: library.optionalFunction("LiteRtResetProfiler"),
      GetNumProfilerEvents: library.optionalFunction("LiteRtGetNumProfilerEvents"),
      GetProfilerEvents: library.optionalFunction("LiteRtGetProfilerEvents"),
      CreateTensorBufferFromHostMemory: try library.function("LiteRtCreateTensorBufferFromHostMemory"),
      DestroyTensorBuffer: try library.function("LiteRtDestroyTensorBuffer"),
      RunCompiledModel: try library.function("LiteRtRunCompiledModel"))
  }
}
