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
    TFLiteEngine.definition,
    PyTorchEngine.definition,
    TensorFlowEngine.definition,
    TensorRTEngine.definition,
    TensorRTEngine.leanDefinition,
    TensorRTEngine.rtxDefinition,
    TorchScriptEngine.definition,
    ExecuTorchEngine.definition,
    SyntheticEngine.definition,
  ]

  public static func engine(named name: String) -> EngineDefinition? {
    all.first { $0.description.name == name }
  }

  /// The engine of Assay's own with a name, else the plugin whose file has it.
  public static func engineOrPlugin(named name: String) -> EngineDefinition {
    engine(named: name) ?? PluginEngine.definition(named: name)
  }

  /// The plugins in the folder of plugins, by name, without opening any.
  public static func plugins(environment: [String: String]) -> [EngineDescription] {
    guard let folder = DataFolder.plugins.path(environment: environment) else { return [] }
    let names = files(matching: "\(literalPattern(folder))/*\(Target.pluginSuffix)").compactMap(Target.pluginName)
    return names.filter { engine(named: $0) == nil }.sorted().map { EngineDescription(pluginNamed: $0) }
  }

  /// The names of the engines that read a format.
  public static func names(reading format: ModelFormat) -> [String] {
    all.map(\.description).filter { $0.formats.contains(format) }.map(\.name)
  }
}
