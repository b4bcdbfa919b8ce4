public import AssayCore
public import EngineKit

/// Every engine that Assay knows. To add one: a header in `CEngineAPIs`, a folder here, and a line in this list.
public enum EngineCatalogue {
  public static let all: [any Engine.Type] = [
    LiteRTEngine.self,
    ONNXRuntimeEngine.self,
    OpenVINOEngine.self,
    SyntheticEngine.self,
  ]

  public static func engine(named name: String) -> (any Engine.Type)? {
    all.first { $0.description.name == name }
  }

  /// The names of the engines that read a format.
  public static func names(reading format: ModelFormat) -> [String] {
    all.map { $0.description }.filter { $0.formats.contains(format) }.map(\.name)
  }
}
