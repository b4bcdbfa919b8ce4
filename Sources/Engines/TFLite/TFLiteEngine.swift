public import AssayCore
import CEngineAPIs
import DynamicLibrary
public import EngineKit

/// TensorFlow Lite through the C API of `libtensorflowlite_c.so`: on the CPU with XNNPACK, through external delegates, and on Edge TPUs.
public struct TFLiteEngine: Engine {
  public static let definition = EngineDefinition(
    EngineDescription(
      name: "tflite", displayName: "TensorFlow Lite", formats: [.tflite],
      wheelPatterns: ["pyopen_wakeword/lib/libtensorflowlite_c.so"],
      systemNames: ["libtensorflowlite_c.so", "libtensorflowlite_c.so.2"],
      libraryVariables: [EdgeTPULibrary.variable], options: [.delegates, .settings],
      support: [
        DeviceSupport(
          "cpu", [.float32, .int8], .tested,
          note: "with XNNPACK; --engine-option xnnpack=0 leaves it out; --delegate adds external delegates"),
        DeviceSupport(
          "edgetpu", [.int8], .testedWithStandIn, note: "models of edgetpu_compiler; needs libedgetpu.so.1"),
      ])
  ) { path throws(AssayError) in try TFLiteEngine(opening: path) }

  public var description: EngineDescription { Self.definition.description }

  public let version: String
  /// The file of the library, as the loader resolved it.
  public let libraryPath: String?
  let functions: TfLiteFunctions

  /// Opens `libtensorflowlite_c.so` and finds every function that Assay calls.
  ///
  /// - Throws: `.engineUnavailable`.
  public init(opening libraryPath: String) throws(AssayError) {
    let library = try Self.definition.description.open(
      libraryPath, with: "TfLiteVersion", need: "libtensorflowlite_c.so 2.14 or later, built with XNNPACK"
    ) { library throws(DynamicLibrary.LoadError) in try TfLiteFunctions(in: library) }
    functions = library.functions
    self.libraryPath = library.path
    version = String(cString: functions.Version())
  }

  /// The CPU, and the Edge TPUs that libedgetpu finds.
  public var devices: [DeviceDescription] {
    let sticks = (try? EdgeTPULibrary.open())?.devices ?? []
    return [DeviceDescription(name: Target.defaultDevice)]
      + sticks.enumerated().map { index, stick in
        DeviceDescription(
          name: sticks.count == 1 ? EdgeTPULibrary.device : "\(EdgeTPULibrary.device):\(index)",
          hardware: stick.description)
      }
  }

  /// Edge TPUs that are connected and cannot be used.
  public var deviceProblems: [String] {
    var missing: String?
    do throws(AssayError) { _ = try EdgeTPULibrary.open() } catch {
      missing = error.message + (error.advice.map { " \($0)" } ?? "")
    }
    return EdgeTPUSearch().problems(libraryProblem: missing)
  }
}
