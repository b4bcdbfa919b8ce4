import AssayCore
import CEngineAPIs
import DynamicLibrary
import Glibc

/// `libedgetpu.so.1`, which drives Coral's Edge TPUs.
struct EdgeTPULibrary: Sendable {
  /// The word for an Edge TPU in a target.
  static let device = "edgetpu"
  /// Names another file than the loader finds.
  static let variable = "ASSAY_EDGETPU_LIBRARY"

  /// The file or the name that was opened.
  let path: String
  private let functions: EdgeTPUFunctions

  /// - Throws: `.deviceUnavailable`.
  static func open() throws(AssayError) -> EdgeTPULibrary {
    let given = getenv(variable).map { String(cString: $0) } ?? ""
    let path = given.isEmpty ? "libedgetpu.so.1" : given
    do throws(DynamicLibrary.LoadError) {
      return EdgeTPULibrary(path: path, functions: try EdgeTPUFunctions(in: DynamicLibrary(opening: path)))
    } catch {
      throw AssayError(
        .deviceUnavailable, "Edge TPUs need \(path), which cannot be used: \(error)",
        advice: "Install the package libedgetpu1-std (https://coral.ai/software), or name the file with \(variable).")
    }
  }

  /// `BuildLabel(N/A), RuntimeVersion(14)`
  var version: String { String(cString: functions.version()) }

  /// The runtime version; `nil` if the library writes it in another way.
  var runtime: Int? {
    version.split(separator: "RuntimeVersion(").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
  }

  /// An Edge TPU that is connected.
  struct Stick: Sendable, CustomStringConvertible {
    let type: edgetpu_device_type
    /// Of the device in `/sys` or `/dev`.
    let path: String

    var description: String { "\(type == EDGETPU_APEX_USB ? "USB" : "PCIe") \(path)" }
  }

  var devices: [Stick] {
    var count = 0
    guard let list = functions.list_devices(&count) else { return [] }
    defer { functions.free_devices(list) }
    return (0..<count).map { Stick(type: list[$0].type, path: String(cString: list[$0].path)) }
  }

  /// The stick of a target's device: `edgetpu` is the first, `edgetpu:1` the second.
  ///
  /// - Throws: `.deviceUnavailable`.
  func stick(_ device: String) throws(AssayError) -> Stick {
    let devices = devices
    if let number = deviceNumber(device, of: Self.device), devices.indices.contains(Int(number)) {
      return devices[Int(number)]
    }
    throw AssayError(
      .deviceUnavailable,
      devices.isEmpty
        ? "\(path) finds no Edge TPU for '\(device)' on this machine."
        : "There is no Edge TPU '\(device)': \(path) finds \(devices.map(\.description).joined(separator: ", ")).",
      advice: devices.isEmpty
        ? "Connect one; assay doctor tells what keeps a connected one from being used."
        : "Number them from \(Self.device):0.")
  }

  /// Opens a stick.
  ///
  /// - Throws: `.deviceUnavailable`.
  func makeDelegate(for stick: Stick, tensorFlowLite: String) throws(AssayError) -> TFLiteDelegate {
    guard let pointer = stick.path.withCString({ functions.create_delegate(stick.type, $0, nil, 0) }) else {
      throw AssayError(
        .deviceUnavailable,
        "\(path) (\(version)) does not open the Edge TPU \(stick) for TensorFlow Lite \(tensorFlowLite).",
        advice: "Another program may use it, or this user may not: assay doctor tells more.")
    }
    return TFLiteDelegate(
      pointer, name: "the Edge TPU \(stick) with \(path) (\(version))", destroy: functions.free_delegate)
  }

  /// Refuses a model that was compiled for a newer runtime than this library's.
  ///
  /// - Throws: `.unsupported`.
  func checkRuns(_ facts: TFLiteFileFacts, _ path: String) throws(AssayError) {
    guard let needed = facts.edgeTPURuntime, let runtime, needed > runtime else { return }
    throw AssayError(
      .unsupported,
      "\(path) is compiled for runtime \(needed) of the Edge TPU; \(self.path) (\(version)) has runtime \(runtime).",
      advice:
        "Install a newer libedgetpu, or compile the model with: edgetpu_compiler --min_runtime_version \(runtime) MODEL"
    )
  }
}
