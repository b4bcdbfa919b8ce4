import CEngineAPIs
import Glibc

extension LiteRtFunctions {
  /// Makes an environment with the accelerators for some hardware.
  ///
  /// - Parameters:
  ///   - hardware: `LiteRtHwAccelerators`. Only what is asked for is loaded: the GPU accelerator is a library of its own.
  ///   - libraryFolder: where libraries of accelerators are looked for.
  func makeEnvironment(
    hardware: LiteRtHwAcceleratorSet, libraryFolder: String
  ) throws(LiteRTFailure) -> LiteRTHandle {
    var accelerators = LiteRtEnvOption()
    accelerators.tag = kLiteRtEnvOptionTagAutoRegisterAccelerators
    accelerators.value.type = kLiteRtAnyTypeInt
    accelerators.value.int_value = Int64(hardware)
    // Below warnings, the library writes lines during inference: system calls in the timed path.
    var severity = LiteRtEnvOption()
    severity.tag = kLiteRtEnvOptionTagMinLoggerSeverity
    severity.value.type = kLiteRtAnyTypeInt
    severity.value.int_value = Int64(kLiteRtLogSeverityWarning)
    var folder = LiteRtEnvOption()
    folder.tag = kLiteRtEnvOptionTagRuntimeLibraryDir
    folder.value.type = kLiteRtAnyTypeString
    let pointer = try liteRTObject("CreateEnvironment") { environment in
      libraryFolder.withCString { text in
        folder.value.str_value = text
        return CreateEnvironment(3, [accelerators, severity, folder], environment)
      }
    }
    return LiteRTHandle(pointer, destroy: DestroyEnvironment)
  }

  /// The name of the accelerator for some hardware that an environment has registered; `nil` where there is none.
  func nameOfAccelerator(
    for hardware: LiteRtHwAcceleratorSet, in environment: LiteRTHandle
  ) throws(LiteRTFailure) -> String? {
    var count = 0
    try GetNumAccelerators(environment.pointer, &count).check("GetNumAccelerators")
    for index in 0..<count {
      let accelerator = try liteRTObject("GetAccelerator") { GetAccelerator(environment.pointer, index, $0) }
      var supported: LiteRtHwAcceleratorSet = 0
      try GetAcceleratorHardwareSupport(accelerator, &supported).check("GetAcceleratorHardwareSupport")
      guard supported & hardware == hardware else { continue }
      var name: UnsafePointer<CChar>?
      try GetAcceleratorName(accelerator, &name).check("GetAcceleratorName")
      return name.map { String(cString: $0) }
    }
    return nil
  }

  /// Compiles a model.
  ///
  /// - Parameters:
  ///   - hardware: `LiteRtHwAccelerators` that may run parts of it.
  ///   - printsErrors: whether errors go to standard error instead of `errorMessages(of:)`.
  ///   - keepsProfile: whether it keeps a profile of its operations.
  ///   - threads: of XNNPACK. What XNNPACK does not take runs on one thread, as in the compiled models of LiteRT's own interfaces.
  func compile(
    _ model: LiteRTHandle, in environment: LiteRTHandle, hardware: LiteRtHwAcceleratorSet, threads: Int,
    printsErrors: Bool = false, keepsProfile: Bool = false
  ) throws(LiteRTFailure) -> LiteRTHandle {
    let options = try liteRTObject("CreateOptions") { CreateOptions($0) }
    defer { DestroyOptions(options) }
    try SetOptionsHardwareAccelerators(options, hardware).check("SetOptionsHardwareAccelerators")
    // Identifiers and keys: LrtGetOpaqueCpuOptionsData and LrtGetOpaqueRuntimeOptionsData in LiteRT's litert/c/options,
    // which the library does not export. The library's own defaults for XNNPACK are the fastest.
    try addOption("xnnpack", "num_threads = \(threads)\n", to: options)
    let profile = keepsProfile ? "enable_profiling = true\n" : ""
    try addOption(
      "runtime_options_string",
      "error_reporter_mode = \(printsErrors ? Self.printedErrors : Self.bufferedErrors)\n\(profile)", to: options)
    let compiled = try liteRTObject("CreateCompiledModel") {
      CreateCompiledModel(environment.pointer, model.pointer, options, $0)
    }
    return LiteRTHandle(compiled, madeOf: model, destroy: DestroyCompiledModel)
  }

  /// `kLiteRtErrorReporterModeBuffer`: errors are kept for `errorMessages(of:)` instead of being printed.
  private static let bufferedErrors = 2
  /// `kLiteRtErrorReporterModeStderr`.
  private static let printedErrors = 1

  private func addOption(_ identifier: String, _ text: String, to options: LiteRtOptions) throws(LiteRTFailure) {
    guard let payload = strdup(text) else {
      throw LiteRTFailure(call: "CreateOpaqueOptions", status: kLiteRtStatusErrorMemoryAllocationFailure)
    }
    let option = try liteRTObject("CreateOpaqueOptions") { CreateOpaqueOptions(identifier, payload, { free($0) }, $0) }
    try AddOpaqueOptions(options, option).check("AddOpaqueOptions")
  }

  /// The shapes of a compiled model's outputs: those of the last inference, or those of its tensors once they are allocated.
  func outputShapes(
    of compiled: LiteRTHandle, signature: Int, count: Int, allocatesTensors: Bool
  ) throws(LiteRTFailure) -> [[Int]] {
    var layouts = [LiteRtLayout](repeating: LiteRtLayout(), count: count)
    try GetCompiledModelOutputTensorLayouts(compiled.pointer, signature, count, &layouts, allocatesTensors)
      .check("GetCompiledModelOutputTensorLayouts")
    return layouts.map(\.shape)
  }

  /// What the library has reported about a compiled model, on one line; `nil` where it has nothing to say.
  func errorMessages(of compiled: LiteRTHandle) -> String? {
    var messages: UnsafeMutablePointer<CChar>?
    guard CompiledModelGetErrorMessages(compiled.pointer, &messages) == kLiteRtStatusOk, let messages else {
      return nil
    }
    defer { free(messages) }
    let text = String(cString: messages).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text.isEmpty ? nil : text
  }
}
