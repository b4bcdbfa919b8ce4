/// What an engine was given in the place of a model that it does not read.
public struct ConvertedModel: Codable, Hashable, Sendable {
  /// In Assay's cache.
  public var path: String
  public var format: ModelFormat
  public var sha256: String?
  /// Size of all its files.
  public var bytes: Int?
  /// The forms on the way, from the source's to its own, as in `ONNX`, `TFLite`.
  public var forms: [String]
  /// The steps that made it, as in `onnx_to_tflite`, each with the versions of what it used.
  public var steps: [ConversionReport.Step]
  /// How far it is from the source; `nil` if it could not be compared.
  public var agreement: ConversionReport.Agreement?

  public init(
    path: String, format: ModelFormat, sha256: String?, bytes: Int?, forms: [String], steps: [ConversionReport.Step],
    agreement: ConversionReport.Agreement?
  ) {
    (self.path, self.format, self.sha256, self.bytes) = (path, format, sha256, bytes)
    (self.forms, self.steps, self.agreement) = (forms, steps, agreement)
  }

  /// How long the steps took, also if that was earlier.
  public var seconds: Double { steps.reduce(0) { $0 + $1.seconds } }

  /// Whether all of it was made earlier.
  public var isCached: Bool { steps.allSatisfy(\.isCached) }
}

extension ModelReference {
  /// The model that the engine is given.
  public var measured: ModelReference {
    guard let conversion else { return self }
    return ModelReference(
      path: conversion.path, format: conversion.format, sha256: conversion.sha256, bytes: conversion.bytes,
      signature: signature)
  }
}

extension CellSpec {
  /// The cell as a worker measures it, which knows nothing of conversions.
  public var measured: CellSpec {
    var spec = self
    spec.model = model.measured
    return spec
  }
}
