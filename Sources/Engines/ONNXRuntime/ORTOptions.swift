import AssayCore
import EngineKit

/// The options of a session and of the provider of its device.
struct ORTOptions {
  /// Entries of the session's configuration.
  let session: [String: String]
  /// Options of the provider that Assay sets itself: which device, how many threads.
  let own: [String: String]
  /// Options of the provider that were asked for, by `--engine-option` or `--precision`.
  let asked: [String: String]
  /// The flags that asked for them.
  let flags: String

  /// Sorts `--engine-option` into those for the session, known by the first part of their keys, and those for the provider.
  ///
  /// - Throws: `.usage` for an option that nothing takes, `.unsupported` for a precision.
  init(_ spec: CompileSpec, for device: ORTDevice) throws(AssayError) {
    var session: [String: String] = [:]
    var asked: [String: String] = [:]
    let settings = spec.engineOptions.settings
    for (key, value) in settings {
      if Self.isSessionKey(key) {
        try Self.checkSessionKey(key)
        session[key] = value
      } else {
        asked[key] = value
      }
    }
    if device.isCPU, let key = asked.keys.min() {
      throw AssayError(
        .usage, "ONNX Runtime's CPU takes no --engine-option \(key)=\(asked[key] ?? "").",
        advice:
          "Options of the session have names such as session.intra_op.allow_spinning; those of another device need it.")
    }
    var own = device.option.map { [$0.key: $0.value] } ?? [:]
    if let key = device.provider.threadOption { own[key] = String(spec.threads) }
    if let key = asked.keys.sorted().first(where: { own[$0] != nil }) {
      throw AssayError(
        .usage, "--engine-option cannot set \(key): the device of -e and --threads do.",
        advice: "Leave it out, and give those.")
    }
    var flags = asked.keys.sorted().map { "--engine-option \($0)=\(asked[$0] ?? "")" }
    if let precision = spec.engineOptions.precision {
      for (key, value) in try Self.options(for: precision, on: device) {
        guard asked.updateValue(value, forKey: key) == nil else {
          throw AssayError(.usage, "--precision and --engine-option both set \(key).", advice: "Give one of them.")
        }
      }
      flags.append("--precision \(precision.rawValue)")
    }
    self.session = session
    self.own = own
    self.asked = asked
    self.flags = flags.joined(separator: " ")
  }

  private static func options(
    for precision: Precision, on device: ORTDevice
  ) throws(AssayError) -> [String: String] {
    if let options = device.provider.precisions[precision] { return options }
    let known = device.provider.precisions.keys.map(\.rawValue).sorted()
    throw AssayError(
      .unsupported,
      "ONNX Runtime's device \(device.provider.device) takes no --precision \(precision.rawValue): "
        + "it computes in the precision of the model.",
      advice: known.isEmpty
        ? "Leave --precision out, and give a model in that precision."
        : "It takes \(known.joined(separator: ", ")); for others give a model in that precision.")
  }

  private static let sessionPrefixes = ["session.", "optimization.", "mlas.", "memory.", "ep."]

  private static func isSessionKey(_ key: String) -> Bool { sessionPrefixes.contains { key.hasPrefix($0) } }

  /// The library silently ignores an entry that it does not know, so Assay knows them.
  private static func checkSessionKey(_ key: String) throws(AssayError) {
    if let flag = reserved[key] {
      throw AssayError(.usage, "--engine-option cannot set \(key): \(flag) does.", advice: "Give \(flag).")
    }
    guard !sessionKeys.contains(key) else { return }
    throw AssayError(
      .usage, "'\(key)' is no option of ONNX Runtime's sessions that Assay knows.",
      advice:
        "Its header onnxruntime_session_options_config_keys.h lists them, such as session.intra_op.allow_spinning.")
  }

  private static let reserved = [
    "session.disable_cpu_ep_fallback": "--allow-fallback",
    "session.intra_op_num_threads": "--threads",
    "session.inter_op_num_threads": "--threads",
  ]

  /// Those that change how a model is computed, from onnxruntime_session_options_config_keys.h of 1.32.
  private static let sessionKeys: Set = [
    "ep.context_enable", "ep.context_embed_mode", "ep.context_file_path",
    "memory.enable_memory_arena_shrinkage",
    "mlas.disable_kleidiai", "mlas.enable_gemm_fastmath_arm64_bfloat16", "mlas.qnbit.force_fp32", "mlas.use_lut_gemm",
    "optimization.constant_folding_max_output_size_in_bytes", "optimization.disable_specified_optimizers",
    "optimization.enable_cast_chain_elimination", "optimization.enable_gelu_approximation",
    "session.allow_released_opsets_only", "session.disable_aot_function_inlining", "session.disable_double_qdq_remover",
    "session.disable_prepacking", "session.disable_qdq_constant_folding", "session.disable_quant_qdq",
    "session.dynamic_block_base", "session.enable_dq_matmulnbits_fusion", "session.enable_quant_qdq_cleanup",
    "session.force_spinning_stop", "session.graph_optimizations_loop_level", "session.inter_op.allow_spinning",
    "session.intra_op.allow_spinning", "session.intra_op_thread_affinities", "session.qdq_matmulnbits_accuracy_level",
    "session.qdq_matmulnbits_block_size", "session.qdqisint8allowed", "session.set_denormal_as_zero",
    "session.use_device_allocator_for_initializers", "session.use_env_allocators", "session.x64quantprecision",
  ]
}
