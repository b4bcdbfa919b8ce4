/// An engine and the device that it runs on, written `engine[:device]`, such as `openvino:gpu`, or `plugin:path[:device]`.
public struct Target: Hashable, Sendable, CustomStringConvertible {
  public static let defaultDevice = "cpu"
  /// Of the engines that run on no CPU. Here and not with the engines: `tensorrt` and `tensorrt:cuda:0` are one target wherever targets are
  /// read, also in programs that know no engines. A test compares it with what engines declare.
  private static let defaultDevices = ["tensorrt": "cuda:0", "tensorrt-lean": "cuda:0", "tensorrt-rtx": "cuda:0"]

  public let engine: String
  /// Everything after the first colon: the device in `onnxruntime:cuda:0` is `cuda:0`.
  public let device: String
  /// The file of a plugin that is named by its path; its engine is called like the file. A `CellSpec` has it as its library.
  public let plugin: String?

  /// - Parameter device: `nil` for the engine's default device.
  public init(engine: String, device: String? = nil) {
    self.engine = engine
    self.device = device ?? Self.defaultDevice(of: engine)
    plugin = nil
  }

  /// The device that a target means if it names none.
  public static func defaultDevice(of engine: String) -> String { defaultDevices[engine] ?? defaultDevice }

  /// Reads `engine`, `engine:device`, `plugin:path` or `plugin:path:device`; `nil` if one of them is empty. The devices of
  /// `openvino:hetero:gpu,cpu` get `+` between them.
  public init?(_ text: String) {
    if text.lowercased().hasPrefix(Self.pluginPrefix) {
      self.init(pluginPath: text.dropFirst(Self.pluginPrefix.count))
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { $0.lowercased() }
    guard let engine = parts.first, !engine.isEmpty else { return nil }
    guard parts.count == 1 || !parts[1].isEmpty else { return nil }
    // Targets stand in lists with commas between them.
    self.init(engine: engine, device: parts.count > 1 ? String(parts[1].map { $0 == "," ? "+" : $0 }) : nil)
  }

  public var description: String {
    let name = plugin.map { Self.pluginPrefix + $0 } ?? engine
    return device == Self.defaultDevice(of: engine) ? name : "\(name):\(device)"
  }
}

extension Target {
  private static let pluginPrefix = "plugin:"
  /// How the names of plugins' files end.
  public static let pluginSuffix = ".so"

  /// - Parameter text: a path, and a device after the first colon of its last part. A path keeps its case.
  private init?(pluginPath text: Substring) {
    let start = text.lastIndex(of: "/").map(text.index(after:)) ?? text.startIndex
    let end = text[start...].firstIndex(of: ":") ?? text.endIndex
    let device = end == text.endIndex ? Self.defaultDevice : text[text.index(after: end)...].lowercased()
    guard let engine = Self.pluginName(String(text[..<end])), !device.isEmpty else { return nil }
    self.engine = engine
    self.device = device
    plugin = String(text[..<end])
  }

  /// The name of the engine in a plugin's file, before it is opened: that of the file without `.so`, in lower case; `nil` for no name.
  public static func pluginName(_ path: String) -> String? {
    let file = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let name = (file.hasSuffix(pluginSuffix) ? file.dropLast(pluginSuffix.count) : file).lowercased()
    return name.isEmpty ? nil : name
  }

  /// The same target by the name of its engine alone.
  var withoutPlugin: Target { Target(engine: engine, device: device) }
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
