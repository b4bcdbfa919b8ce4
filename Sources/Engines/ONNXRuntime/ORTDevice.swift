import AssayCore

/// A device of a target: an execution provider, and which of its devices.
struct ORTDevice: CustomStringConvertible {
  let provider: ORTProvider
  /// The number of a device, or OpenVINO's name for it; `nil` for providers that have one device.
  let part: String?

  static let cpu = ORTDevice(provider: .cpu, part: nil)

  private init(provider: ORTProvider, part: String?) {
    self.provider = provider
    self.part = part
  }

  /// Reads `cpu`, `cuda` (the first GPU), `cuda:1`, `openvino:gpu`.
  init?(_ name: String) {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let provider = ORTProvider.all.first(where: { $0.device == parts[0] }) else { return nil }
    let given = parts.count > 1 ? parts[1] : nil
    switch provider.part {
    case .none:
      guard given == nil else { return nil }
      self.init(provider: provider, part: nil)
    case .number:
      guard let number = Int32(given ?? "0"), number >= 0 else { return nil }
      self.init(provider: provider, part: String(number))
    case .openVINO:
      guard let device = try? OpenVINODevice(given ?? Target.defaultDevice) else { return nil }
      self.init(provider: provider, part: device.name)
    }
  }

  var isCPU: Bool { provider.device == ORTProvider.cpu.device }

  /// The option of the provider that says which device.
  var option: (key: String, value: String)? {
    switch provider.part {
    case .none: nil
    case .number: part.map { ("device_id", $0) }
    case .openVINO: part.map { ("device_type", $0) }
    }
  }

  /// In the words of a target.
  var description: String {
    guard let part else { return provider.device }
    return "\(provider.device):\(OpenVINODevice.target(part).replacing(",", with: "+"))"
  }
}
