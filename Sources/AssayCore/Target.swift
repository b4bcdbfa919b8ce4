/// An engine and the device that it runs on, written `engine[:device]`, such as `openvino:gpu`.
public struct Target: Hashable, Sendable, CustomStringConvertible {
  public static let defaultDevice = "cpu"

  public let engine: String
  /// Everything after the first colon: the device in `onnxruntime:cuda:0` is `cuda:0`.
  public let device: String

  public init(engine: String, device: String = Self.defaultDevice) {
    self.engine = engine
    self.device = device
  }

  /// Reads `engine` or `engine:device`; `nil` if either is empty. The devices of `openvino:hetero:gpu,cpu` get `+` between them.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { $0.lowercased() }
    guard let engine = parts.first, !engine.isEmpty else { return nil }
    let device = parts.count > 1 ? parts[1] : Self.defaultDevice
    guard !device.isEmpty else { return nil }
    // Targets stand in lists with commas between them.
    self.init(engine: engine, device: String(device.map { $0 == "," ? "+" : $0 }))
  }

  public var description: String { device == Self.defaultDevice ? engine : "\(engine):\(device)" }
}

extension Target {
  /// The first words of all devices that engines have, on whatever machine.
  public static let deviceKinds = [
    "cpu", "gpu", "npu", "cuda", "tensorrt", "edgetpu", "tpu", "dsp", "dla", "rocm", "vulkan", "opencl", "webgpu",
    "nnapi", "myriad",
    "xnnpack", "qnn", "coreml", "openvino", "dnnl", "migraphx", "vitisai",
  ]

  /// Devices that distribute work over those that are named behind them: `hetero:gpu+cpu`.
  public static let distributors = ["auto", "hetero", "multi", "batch"]
  /// The first words of the devices that may stand behind these.
  public static let distributedDevices = ["cpu", "gpu", "npu", "myriad"]

  /// The first words of all devices, those included that distribute work.
  public static var allDeviceKinds: [String] { deviceKinds + distributors }

  /// The device without its number: `gpu` of `gpu:1` and `gpu.1`.
  public var deviceKind: String { String(device.prefix { $0.isLetter }) }

  /// Whether an engine has such a device on some machine.
  public var hasKnownDevice: Bool { Self.allDeviceKinds.contains(deviceKind) }

  /// Whether the device is one that distributes work over devices that are named.
  public var hasDistributor: Bool { Self.distributors.contains(deviceKind) && device.contains(":") }
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
