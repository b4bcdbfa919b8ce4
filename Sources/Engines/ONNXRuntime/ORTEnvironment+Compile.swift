import AssayCore
import CEngineAPIs
import EngineKit

/// A model compiled for a device.
struct ORTCompilation {
  let session: LibraryObject
  /// The library's message about parts that it left to the CPU.
  var fallbacks: [String] = []
  /// `nil` for the CPU, and for versions that do not tell.
  var placement: OperationPlacement?
}

extension ORTEnvironment {
  /// Compiles a model for a device.
  ///
  /// - Throws: `.deviceUnavailable` where nothing of the model would run on the device, `.usage` for options that its provider refuses.
  func compile(_ spec: CompileSpec, for device: ORTDevice) throws(AssayError) -> ORTCompilation {
    let options = try ORTOptions(spec, for: device)
    guard !device.isCPU else {
      return ORTCompilation(session: try compile(spec, for: device, options, strictly: false))
    }
    let loading = try ORTLoading(of: spec, for: device, by: self, options.asked, options)
    guard let failure = loading.failure else { return loading.compilation }
    if !options.asked.isEmpty {
      let plain = try ORTLoading(of: spec, for: device, by: self, [:], options)
      if plain.failure == nil {
        throw AssayError(
          spec.engineOptions.settings.isEmpty ? .unsupported : .usage,
          "ONNX Runtime refuses \(options.flags) for \(device): \(loading.reason ?? failure.message)",
          advice: "Correct the option, or leave it out.")
      }
    }
    throw failure
  }

  /// - Parameter strictly: whether a node that would run on the CPU instead is an error. (Before 1.15 it is not.)
  fileprivate func compile(
    _ spec: CompileSpec, for device: ORTDevice, _ options: ORTOptions, asked: [String: String] = [:], strictly: Bool
  ) throws(AssayError) -> LibraryObject {
    let api = library.api
    let context = "ONNX Runtime refuses the options of a session for \(spec.modelPath)"
    let session = try library.make(.unsupported, context) { api.pointee.CreateSessionOptions($0) }
    defer { api.pointee.ReleaseSessionOptions(session) }
    // What the library does by default, and its Python package with it, save for the threads.
    // The thread that runs a session is one of them; the others are shared by all streams of the session.
    let threads = Int32(clamping: 1 + spec.streams * (spec.threads - 1))
    try library.check(api.pointee.SetIntraOpNumThreads(session, threads), .unsupported, context)
    try library.check(api.pointee.SetInterOpNumThreads(session, 1), .unsupported, context)
    try library.check(api.pointee.SetSessionExecutionMode(session, ORT_SEQUENTIAL), .unsupported, context)
    try library.check(api.pointee.SetSessionGraphOptimizationLevel(session, ORT_ENABLE_ALL), .unsupported, context)
    var entries = options.session
    if !device.isCPU { entries["session.record_ep_graph_assignment_info"] = "1" }
    if strictly { entries["session.disable_cpu_ep_fallback"] = "1" }
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
      let added = api.pointee.AddSessionConfigEntry(session, key, value)
      try library.check(added, .usage, "ONNX Runtime refuses --engine-option \(key)=\(value)")
    }
    if let folder = spec.observation { try library.observe(session, on: device, in: folder) }
    try library.append(device, options.own.merging(asked) { $1 }, to: session)
    // As its makers advise: what TensorRT leaves, CUDA takes.
    if device.provider.device == ORTProvider.tensorRT.device, !strictly {
      try? library.append(ORTDevice("\(ORTProvider.cuda.device):\(device.part ?? "0")") ?? .cpu, [:], to: session)
    }
    return try makeSession(modelPath: spec.modelPath, options: session)
  }
}

/// One try to compile a model for a device, strictly first.
private struct ORTLoading {
  private(set) var compilation: ORTCompilation
  /// Why the device does not run the model.
  private(set) var failure: AssayError?
  /// What the library's log says of it: a provider that does not start tells nobody else.
  private(set) var reason: String?

  /// - Parameter asked: options for the provider besides those that Assay sets.
  /// - Throws: what is wrong with the model on the CPU, too.
  init(
    of spec: CompileSpec, for device: ORTDevice, by environment: ORTEnvironment, _ asked: [String: String],
    _ options: ORTOptions
  ) throws(AssayError) {
    func compile(strictly: Bool) -> (Result<LibraryObject, AssayError>, printed: String) {
      var result: Result<LibraryObject, AssayError>?
      let printed = capturingStandardError {
        result = Result { () throws(AssayError) in
          try environment.compile(spec, for: device, options, asked: asked, strictly: strictly)
        }
      }
      return (result ?? .failure(AssayError(.deviceUnavailable, "ONNX Runtime was not asked.")), printed)
    }
    let (strict, _) = compile(strictly: true)
    if case .success(let session) = strict {
      compilation = ORTCompilation(
        session: session, placement: try environment.library.placement(in: session, on: device))
      return
    }
    let (loose, printed) = compile(strictly: false)
    guard case .success(let session) = loose else {
      // The library reports a bad model and a bad device alike; a CPU run tells them apart.
      compilation = ORTCompilation(
        session: try environment.compile(spec, for: .cpu, options, strictly: false))
      if case .failure(let error) = loose {
        reason = ORTMessage.reason(inLog: printed)
        failure = AssayError(
          .deviceUnavailable, reason.map { "ONNX Runtime cannot use the device '\(device)': \($0)" } ?? error.message,
          advice: error.advice ?? device.provider.advice)
      }
      return
    }
    let placement = try environment.library.placement(in: session, on: device)
    var refusal: [String] = []
    if case .failure(let error) = strict { refusal = [error.message] }
    compilation = ORTCompilation(session: session, fallbacks: refusal, placement: placement)
    // Some versions leave a provider that does not start out of the session, without an error.
    if let placement, placement.onDevice == 0 {
      reason = ORTMessage.reason(inLog: printed)
      let cause = reason.map { ": \($0)" } ?? "; it leaves all of it to the CPU."
      failure = AssayError(
        .deviceUnavailable, "ONNX Runtime runs nothing of \(spec.modelPath) on \(device)\(cause)",
        advice: device.provider.advice)
    }
  }
}

extension ORTLibrary {
  /// Gives a session the provider of a device.
  ///
  /// - Throws: `.deviceUnavailable`.
  fileprivate func append(
    _ device: ORTDevice, _ options: [String: String], to session: OpaquePointer
  ) throws(AssayError) {
    let context = "ONNX Runtime cannot use the device '\(device)'"
    let advice = device.provider.advice
    let pairs = options.sorted { $0.key < $1.key }
    let keys = CStringArray(pairs.map(\.key))
    let values = CStringArray(pairs.map(\.value))
    switch device.provider.registration {
    case .always: return
    case .named(let name):
      try check(newest: ASSAY_ORT_NAMED_PROVIDER_API, for: device)
      let appended = withExtendedLifetime((keys, values)) {
        api.pointee.SessionOptionsAppendExecutionProvider(session, name, keys.pointers, values.pointers, pairs.count)
      }
      try check(appended, .deviceUnavailable, context, advice: advice)
    case .typed(let oldest, let functions):
      try check(newest: oldest, for: device)
      let functions = functions(api)
      let typed = try make(.deviceUnavailable, context, advice: advice, functions.create)
      defer { functions.release(typed) }
      let updated = withExtendedLifetime((keys, values)) {
        functions.update(typed, keys.pointers, values.pointers, pairs.count)
      }
      try check(updated, .deviceUnavailable, context, advice: advice)
      try check(functions.append(session, typed), .deviceUnavailable, context, advice: advice)
    }
  }

  private func check(newest oldest: Int32, for device: ORTDevice) throws(AssayError) {
    guard newestAPI < Int(oldest) else { return }
    throw AssayError(
      .deviceUnavailable, "The device '\(device)' needs ONNX Runtime 1.\(oldest) or newer; this is 1.\(newestAPI).",
      advice: "Install a newer one.")
  }

  /// How many operations a device runs, and which are left; `nil` for versions that do not tell.
  fileprivate func placement(
    in session: LibraryObject, on device: ORTDevice
  ) throws(AssayError) -> OperationPlacement? {
    guard newestAPI >= ASSAY_ORT_ASSIGNMENT_API else { return nil }
    let context = "ONNX Runtime does not tell which operations the device '\(device)' runs"
    var subgraphs: UnsafePointer<OpaquePointer>?
    var count = 0
    try check(
      api.pointee.Session_GetEpGraphAssignmentInfo(session.pointer, &subgraphs, &count), .deviceUnavailable, context)
    var placement = OperationPlacement(onDevice: 0, onCPU: 0)
    for subgraph in UnsafeBufferPointer(start: subgraphs, count: count) {
      var name: UnsafePointer<CChar>?
      try check(api.pointee.EpAssignedSubgraph_GetEpName(subgraph, &name), .deviceUnavailable, context)
      let isOnDevice = name.map { String(cString: $0) } == device.provider.name
      var nodes: UnsafePointer<OpaquePointer>?
      var nodeCount = 0
      try check(api.pointee.EpAssignedSubgraph_GetNodes(subgraph, &nodes, &nodeCount), .deviceUnavailable, context)
      guard !isOnDevice else {
        placement.onDevice += nodeCount
        continue
      }
      placement.onCPU += nodeCount
      for node in UnsafeBufferPointer(start: nodes, count: nodeCount) {
        var kind: UnsafePointer<CChar>?
        try check(api.pointee.EpAssignedNode_GetOperatorType(node, &kind), .deviceUnavailable, context)
        if let kind = kind.map({ String(cString: $0) }), !placement.kindsOnCPU.contains(kind) {
          placement.kindsOnCPU.append(kind)
        }
      }
    }
    return placement
  }
}
