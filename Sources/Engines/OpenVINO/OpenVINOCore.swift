import CEngineAPIs
import Glibc

/// OpenVINO's entry point: it knows the devices, reads models and compiles them.
struct OpenVINOCore: Sendable {
  let api: OpenVINOAPI
  // ov::Core, which this wraps, is documented as safe to use from several threads at once.
  private let core: LibraryObject

  init(_ api: OpenVINOAPI) throws(OpenVINOFailure) {
    self.api = api
    core = try api.object(releasedBy: api.functions.core_free, api.functions.core_create)
  }

  /// The devices of this machine in OpenVINO's words: `CPU`, `GPU.0`. Those that only distribute work over others (`AUTO`,
  /// `HETERO`) are not among them.
  ///
  /// Asking opens the plug-ins of all devices, which takes a twentieth of a second and some memory.
  func deviceNames() throws(OpenVINOFailure) -> [String] {
    var list = ov_available_devices_t()
    try api.check(api.functions.core_get_available_devices(core.pointer, &list))
    defer { api.functions.available_devices_free(&list) }
    return UnsafeBufferPointer(start: list.devices, count: list.size).compactMap { $0.map { String(cString: $0) } }
  }

  /// The name that its maker gives a device.
  func hardware(of device: String) -> String? {
    var name: UnsafeMutablePointer<CChar>?
    guard api.functions.core_get_property(core.pointer, device, "FULL_DEVICE_NAME", &name) == OV_STATUS_OK else {
      return nil
    }
    return api.takeString(name)
  }

  /// Reads a model with whichever of OpenVINO's frontends takes the file.
  func readModel(at path: String) throws(OpenVINOFailure) -> LibraryObject {
    try api.object(releasedBy: api.functions.model_free) { model in
      api.functions.core_read_model(core.pointer, path, nil, model)
    }
  }

  /// Compiles a model for a device, given in OpenVINO's words.
  ///
  /// For every device the performance hint is `LATENCY`: one inference at a time, as fast as it can be. The CPU also gets
  /// - `INFERENCE_NUM_THREADS`: the threads of the session, so that what is measured is what was asked for (OpenVINO takes
  ///   fewer where the process may not use as many processors);
  /// - `NUM_STREAMS` 1: all of these threads work on the one inference, on machines of several sockets too.
  ///
  /// On the CPU this gives the compiled model the same properties as `benchmark_app -hint none -nstreams 1 -nthreads N` and
  /// as the hint with the number of threads alone (all were read back and compared with 2026.4.1). The rest stays as
  /// OpenVINO chooses it, because it chooses by the processor: pinning of threads, kinds of cores, hyper-threading, and the
  /// inference precision.
  func compile(
    _ model: LibraryObject, for device: String, threads: Int
  ) throws(OpenVINOFailure) -> LibraryObject {
    var options = ["PERFORMANCE_HINT", "LATENCY"]
    if device == "CPU" {
      options += ["NUM_STREAMS", "1", "INFERENCE_NUM_THREADS", String(threads)]
    }
    let copies = options.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let arguments = copies.map { UnsafePointer($0) }
    return try api.object(releasedBy: api.functions.compiled_model_free) { compiled in
      assay_ov_core_compile_model(
        api.functions.core_compile_model, core.pointer, model.pointer, device, arguments, arguments.count, compiled)
    }
  }
}
