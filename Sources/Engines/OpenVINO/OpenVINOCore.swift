import CEngineAPIs

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
  func hardware(of device: String) -> String? { property("FULL_DEVICE_NAME", of: device) }

  private func property(_ key: String, of device: String) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard api.functions.core_get_property(core.pointer, device, key, &text) == OV_STATUS_OK else { return nil }
    return api.takeString(text)
  }

  /// Reads a model with whichever of OpenVINO's frontends takes the file.
  func readModel(at path: String) throws(OpenVINOFailure) -> LibraryObject {
    try api.object(releasedBy: api.functions.model_free) { model in
      api.functions.core_read_model(core.pointer, path, nil, model)
    }
  }

  /// The names of the properties that a device says it has; empty for one that OpenVINO does not know.
  func properties(of device: String) -> Set<String> {
    let text = property("SUPPORTED_PROPERTIES", of: device) ?? ""
    return Set(text.split(separator: " ").map(String.init))
  }

  /// Sets a property of a device, for all models that are compiled for it from now on.
  func setProperty(_ key: String, _ value: String, of device: String) throws(OpenVINOFailure) {
    try api.check(assay_ov_core_set_property(api.functions.core_set_property, core.pointer, device, key, value))
  }

  /// Compiles a model for a device, given in OpenVINO's words.
  func compile(
    _ model: LibraryObject, for device: String, _ properties: OpenVINOProperties
  ) throws(OpenVINOFailure) -> LibraryObject {
    let arguments = CStringArray(properties.pairs.flatMap { [$0.key, $0.value] })
    return try withExtendedLifetime(arguments) { () throws(OpenVINOFailure) in
      try api.object(releasedBy: api.functions.compiled_model_free) { compiled in
        assay_ov_core_compile_model(
          api.functions.core_compile_model, core.pointer, model.pointer, device, arguments.pointers,
          properties.pairs.count * 2, compiled)
      }
    }
  }
}
