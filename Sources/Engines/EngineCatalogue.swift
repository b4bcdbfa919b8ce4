public import AssayCore
public import EngineKit

/// Every engine that Assay knows. To add one: a header in `CEngineAPIs`, a folder here, and a line in this list.
public enum EngineCatalogue {
  public static let all = [
    LiteRTEngine.definition,
    ONNXRuntimeEngine.definition,
    ONNXRuntimeEngine.openVINODefinition,
    OpenVINOEngine.definition,
    OpenVINOEngine.definition2022,
    SyntheticEngine.definition,
  ]

  public static func engine(named name: String) -> EngineDefinition? {
    all.first { $0.description.name == name }
  }

  /// The names of the engines that read a format.
  public static func names(reading format: ModelFormat) -> [String] {
    all.map(\.description).filter { $0.formats.contains(format) }.map(\.name)
  }
}
