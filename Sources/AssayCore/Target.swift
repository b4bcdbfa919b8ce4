/// An engine and the device that it runs on, written `engine[:device]`, such as `openvino:gpu`.
public struct Target: Hashable, Sendable, CustomStringConvertible {
  public static let defaultDevice = "cpu"
  /// Of the engines that run on no CPU.
  private static let defaultDevices = ["tensorrt": "cuda:0", "tensorrt-lean": "cuda:0", "tensorrt-rtx": "cuda:0"]

  public let engine: String
  /// Everything after the first colon: the device in `onnxruntime:cuda:0` is `cuda:0`.
  public let device: String

  /// - Parameter device: `nil` for the engine's default device.
  public init(engine: String, device: String? = nil) {
    self.engine = engine
    self.device = device ?? Self.defaultDevice(of: engine)
  }

  /// The device that a target means if it names none.
  public static func defaultDevice(of engine: String) -> String { defaultDevices[engine] ?? defaultDevice }

  /// Reads `engine` or `engine:device`; `nil` if either is empty.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { $0.lowercased() }
    guard let engine = parts.first, !engine.isEmpty else { return nil }
    guard parts.count == 1 || !parts[1].isEmpty else { return nil }
    self.init(engine: engine, device: parts.count > 1 ? parts[1] : nil)
  }

  public var description: String { device == Self.defaultDevice(of: engine) ? engine : "\(engine):\(device)" }
}

extension Target {
  /// The first words of all devices that engines have, on whatever machine.
  public static let deviceKinds = [
    "cpu", "gpu", "npu", "cuda", "tensorrt", "edgetpu", "tpu", "dsp", "dla", "rocm", "vulkan", "opencl", "webgpu",
    "nnapi",
    "xnnpack", "qnn", "coreml", "auto", "hetero", "multi", "batch",
  ]

  /// The device without its number: `gpu` of `gpu:1` and `gpu.1`.
  public var deviceKind: String { String(device.prefix { $0.isLetter }) }

  /// Whether an engine has such a device on some machine.
  public var hasKnownDevice: Bool { Self.deviceKinds.contains(deviceKind) }
}

extension Target: Codable {
  /// `"openvino:gpu"`
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let target = Target(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no target."))
    }
    self = target
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode(description)
  }
}
