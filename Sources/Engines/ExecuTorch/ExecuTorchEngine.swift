import AssayCore
public import EngineKit

/// ExecuTorch's programs. Its runtime is C++, so a plugin of Assay's own wraps it, which `assay engines build` compiles.
public enum ExecuTorchEngine {
  public static let definition = EngineDefinition(description) { path throws(AssayError) in
    try PluginEngine(opening: path, as: description)
  }

  private static let description = EngineDescription(
    name: "executorch", displayName: "ExecuTorch", formats: [.pte],
    wheelPatterns: ["libassay_executorch.so"], systemNames: ["libassay_executorch.so"], isBuiltByUser: true,
    support: [DeviceSupport("cpu", [], .tested, note: "precision of the model; XNNPACK and ExecuTorch's own kernels")])
}
