import AssayCore
import EngineKit

/// A device of a target, in OpenVINO's words.
struct OpenVINODevice {
  /// `CPU`, `GPU`, `AUTO`.
  let kind: String
  /// What stands behind the kind: `1` of `GPU.1`; of a device that only distributes work, the devices to use.
  private let rest: String
  /// The devices that one which only distributes work is given, in order of preference; empty for all others.
  var members: [String]
  /// The name of a device that does the work itself: `CPU`, `GPU.1`.
  private var single: String

  /// Those that distribute work over others.
  private static let distributors: Set = ["AUTO", "HETERO", "MULTI", "BATCH"]

  /// - Parameter target: the device of a target: `cpu`, `gpu:1`, `hetero:gpu:1+cpu`.
  /// - Throws: `.usage` for a distributor without the devices that it needs.
  init(_ target: String) throws(AssayError) {
    let parts = target.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    kind = parts[0].uppercased()
    rest = parts.count > 1 ? String(parts[1]) : ""
    single = Self.name(target)
    guard Self.distributors.contains(kind) else {
      members = []
      return
    }
    members = rest.split(separator: "+").map { Self.name(String($0)) }
    guard !members.isEmpty || (kind == "AUTO" && parts.count == 1) else {
      throw AssayError(
        .usage, "'\(target)' names no device to run on.",
        advice: "Name them in order of preference, as in openvino:\(parts[0]):gpu+cpu.")
    }
  }

  var isDistributor: Bool { Self.distributors.contains(kind) }

  /// `CPU`, `GPU.1`, `HETERO:GPU.1,CPU`.
  var name: String {
    guard isDistributor else { return single }
    return members.isEmpty ? kind : "\(kind):\(members.joined(separator: ","))"
  }

  /// Replaces the names of devices that do the work.
  mutating func mapNames(_ transform: (String) throws(AssayError) -> String) throws(AssayError) {
    if isDistributor {
      members = try members.map(transform)
    } else {
      single = try transform(single)
    }
  }

  /// The word of a target for a device: `GPU.0` is `gpu:0`, `HETERO:GPU.0,CPU` is `hetero:gpu:0+cpu`.
  static func target(_ name: String) -> String {
    name.lowercased().split(separator: ",").map { part in
      // The number of a stick has points of its own: `MYRIAD.1.2-ma2480`.
      let parts = part.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.joined(separator: ":")
    }.joined(separator: "+")
  }

  /// What to do about a device that fails, by a name or a target of it; `nil` where nothing but OpenVINO's words helps.
  ///
  /// The one version with MYRIAD gives no reasons.
  static func advice(for device: String) -> String? {
    guard device.uppercased().contains("MYRIAD") else { return nil }
    return "Check that the stick is plugged in, that no other program uses it, that the MYRIAD plug-in lies beside "
      + "OpenVINO's library, and that Intel's udev rules are installed."
  }

  private static func name(_ target: String) -> String {
    String(target.uppercased().map { $0 == ":" ? "." : $0 })
  }
}

extension OpenVINOEngine {
  /// The device of a target, if this machine has it. `gpu` also stands for the first of several (`gpu:0`, `gpu:1`).
  ///
  /// - Throws: `.deviceUnavailable`, or `.usage` for one that says not enough.
  func device(_ target: String) throws(AssayError) -> OpenVINODevice {
    var device = try OpenVINODevice(target)
    try device.mapNames(existing)
    return device
  }

  /// The name by which OpenVINO knows a device.
  ///
  /// For the CPU the list is not asked, because that would load the plug-ins of all devices into the measured process.
  private func existing(_ name: String) throws(AssayError) -> String {
    if name == "CPU" { return name }
    // `BATCH:GPU(4)` has the size of the batch behind it.
    let wanted = String(name.prefix { $0 != "(" })
    let names = (try? core.deviceNames()) ?? []
    if let same = names.first(where: { $0.uppercased() == wanted }) { return same + name.dropFirst(wanted.count) }
    if names.contains(where: { $0.hasPrefix(wanted + ".") }) { return name }
    let here = "There are: \(names.map(OpenVINODevice.target).joined(separator: ", "))."
    throw AssayError(
      .deviceUnavailable,
      "\(description.displayName) has no device '\(OpenVINODevice.target(wanted))' on this machine.",
      advice: OpenVINODevice.advice(for: wanted).map { "\(here) \($0)" } ?? here)
  }
}
