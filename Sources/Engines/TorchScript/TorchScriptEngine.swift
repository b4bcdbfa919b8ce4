import AssayCore
public import EngineKit

/// PyTorch's TorchScript archives. libtorch is C++, so a plugin of Assay's own wraps it, which `assay engines build` compiles.
public enum TorchScriptEngine {
  public static let definition = EngineDefinition(description) { path throws(AssayError) in
    try PluginEngine(opening: path, as: description)
  }

  private static let description = EngineDescription(
    name: "torchscript", displayName: "TorchScript", formats: [.torchScript],
    wheelPatterns: ["libassay_torchscript.so"], systemNames: ["libassay_torchscript.so"], isBuiltByUser: true,
    options: [.settings],
    support: [
      DeviceSupport("cpu", [], .tested, note: "precision of the model"),
      DeviceSupport("cuda", [], .untested, note: "precision of the model"),
    ])
}
