import AssayCore

/// A device of PyTorch's that Assay drives.
package enum PyTorchDevice: Equatable {
  case cpu
  /// A GPU of NVIDIA's, by its number in CUDA's order.
  case cuda(Int32)

  /// Reads `cpu`, `cuda` (the first GPU) or `cuda:N`.
  package init?(_ name: String) {
    if name == Target.defaultDevice {
      self = .cpu
    } else {
      guard let number = deviceNumber(name, of: "cuda") else { return nil }
      self = .cuda(number)
    }
  }

  /// As targets and AOTInductor write it.
  var name: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let number): "cuda:\(number)"
    }
  }

  /// As a package says what it is compiled for.
  var kind: String { self == .cpu ? "cpu" : "cuda" }
}
