import AssayCore
import CEngineAPIs
import EngineKit

/// What OpenVINO tells of a compiled model.
struct OpenVINOExecution {
  /// The devices that run it, in OpenVINO's words; empty for versions that do not tell.
  let devices: [String]
  /// The precisions that they compute in, each once; empty where OpenVINO does not tell.
  let precisions: [String]

  init(of model: LibraryObject, _ api: OpenVINOAPI) {
    // `(CPU)` is the CPU that works until another device is ready.
    devices = (api.property("EXECUTION_DEVICES", ofCompiled: model) ?? "")
      .split { " ,()".contains($0) }.map(String.init)
    if let precision = api.property(OpenVINOProperties.precision, ofCompiled: model) {
      precisions = [precision]
    } else {
      precisions = Self.precisions(inProperties: api.property("DEVICE_PROPERTIES", ofCompiled: model) ?? "")
    }
  }

  /// Those of the devices behind one that distributes work: `{CPU:{…,INFERENCE_PRECISION_HINT:bf16,…},GPU:{…`.
  static func precisions(inProperties text: String) -> [String] {
    let key = OpenVINOProperties.precision + ":"
    var found: [String] = []
    for part in text.split(whereSeparator: { "{,}".contains($0) }) where part.hasPrefix(key) {
      let precision = String(part.dropFirst(key.count))
      if !found.contains(precision) { found.append(precision) }
    }
    return found
  }

  /// - Throws: `.unsupported` if the model computes in another precision than was asked for: OpenVINO takes its hint for that.
  func check(_ asked: Precision?, _ spec: CompileSpec, engine: String) throws(AssayError) {
    guard let asked, let other = precisions.first(where: { Precision(rawValue: $0).map { $0 != asked } ?? false })
    else {
      return
    }
    let place = devices.map(OpenVINODevice.target).joined(separator: "+")
    throw AssayError(
      .unsupported,
      "\(engine) computes \(spec.modelPath) in \(other) on \(place.isEmpty ? spec.device : place), "
        + "not in \(asked.rawValue) as --precision asks.",
      advice: "Give --precision \(other), or leave it out.")
  }
}

extension OpenVINOAPI {
  /// A property of a compiled model; `nil` if it has none of that name.
  fileprivate func property(_ key: String, ofCompiled model: LibraryObject) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard functions.compiled_model_get_property(model.pointer, key, &text) == OV_STATUS_OK else { return nil }
    return takeString(text).flatMap { $0.isEmpty ? nil : $0 }
  }
}
