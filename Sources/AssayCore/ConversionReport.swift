/// What a conversion made, and how far that is from its source: the JSON of `assay convert`, which also stands beside the file.
public struct ConversionReport: Codable, Hashable, Sendable {
  public let schema: Int
  public let assay: String
  public var source: ModelReference
  /// The converted model. Its path is that of `-o`, or in Assay's own cache.
  public var result: ModelReference
  /// From the source's to the result's, as in `ONNX`, `TFLite`, `TFLite int8`.
  public var forms: [String]
  public var steps: [Step]
  /// Of the data that quantising looked at; `nil` if no step did.
  public var calibration: Calibration?
  /// `nil` where source or result cannot be run here; `unchecked` says why.
  public var agreement: Agreement?
  public var unchecked: String?
  /// On labelled images; `nil` without any.
  public var accuracy: ConversionAccuracy?
  /// Why the result cannot take the place of the source; `nil` if it can. It also stands here where the user takes it nevertheless.
  public var error: AssayError?
  /// Steps of quicker paths that failed, with what they said.
  public var failures: [String]

  public init(source: ModelReference, result: ModelReference, forms: [String], steps: [Step], failures: [String]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.source = source
    self.result = result
    self.forms = forms
    self.steps = steps
    self.failures = failures
  }

  /// What the figures say against the result; `nil` if it can take the place of the source, or if there is no bound.
  public var violation: AssayError? {
    guard let agreement else { return nil }
    if let output = agreement.violations.first {
      return turned("output '\(output.output.printable)' \(difference(output))")
    }
    guard agreement.bound != nil, !agreement.lost.isEmpty else { return nil }
    return turned("it has nothing that matches '\(agreement.lost.map(\.printable).joined(separator: "', '"))'")
  }

  /// The error of a result that is not what its source is.
  private func turned(_ reason: String) -> AssayError {
    AssayError(
      .inferenceFailed, "The conversion to \(forms.last ?? "") changes \(source.path.printable): \(reason).",
      advice: "Look at the log \(steps.last?.log ?? ""), or take it nevertheless: assay convert --accept")
  }

  /// What is wrong with an output, for the end of a sentence.
  private func difference(_ found: OutputDifference) -> String {
    if found.cellNotFinite != found.referenceNotFinite {
      return "has \(found.cellNotFinite) values that are not finite, and the source's \(found.referenceNotFinite)"
    }
    guard let cosine = found.cosine, let bound = agreement?.bound else { return "is zero in only one of them" }
    return "has a cosine of \(cosine) with the source's, and the least is \(bound)"
  }

  /// One converter's work.
  public struct Step: Codable, Hashable, Sendable {
    /// As in `onnx_int8`.
    public var name: String
    /// As in `ONNX → ONNX int8`.
    public var about: String
    public var environment: String
    /// Of the converters in it.
    public var versions: [String: String]
    /// How it quantised; `nil` if it did not.
    public var recipe: String?
    /// How long it took, also if that was earlier.
    public var seconds: Double
    /// Whether its result was made earlier.
    public var isCached: Bool
    /// What the converter printed.
    public var log: String

    public init(
      name: String, about: String, environment: String, versions: [String: String], recipe: String?, seconds: Double,
      isCached: Bool, log: String
    ) {
      (self.name, self.about, self.environment, self.versions) = (name, about, environment, versions)
      (self.recipe, self.seconds, self.isCached, self.log) = (recipe, seconds, isCached, log)
    }

    enum CodingKeys: String, CodingKey {
      case name, about, environment, versions, recipe, log
      case seconds = "duration_s"
      case isCached = "cached"
    }
  }

  /// The data that quantising looked at.
  public struct Calibration: Codable, Hashable, Sendable {
    /// A folder of images, a file of tensors, or `random`.
    public var source: String
    public var samples: Int

    public init(source: String, samples: Int) { (self.source, self.samples) = (source, samples) }
  }

  /// What source and result make of the same inputs.
  public struct Agreement: Codable, Hashable, Sendable {
    /// What ran the source and the result, as in `onnxruntime` and `litert`.
    public var reference: Target
    public var target: Target
    public var inferences: Int
    /// The cell is always 2.
    public var outputs: [OutputDifference]
    /// Outputs of the source that nothing of the result matches.
    public var lost: [String]
    /// The lowest cosine that a conversion to this precision may have; `nil` for int8, which has no bound.
    public var bound: Double?

    public init(
      reference: Target, target: Target, inferences: Int, outputs: [OutputDifference], lost: [String] = [],
      bound: Double?
    ) {
      (self.reference, self.target, self.inferences) = (reference, target, inferences)
      (self.outputs, self.lost, self.bound) = (outputs, lost, bound)
    }

    /// The outputs that are further from the source's than the bound allows, or finite where it is not, or the other way round.
    public var violations: [OutputDifference] {
      guard let bound else { return [] }
      return outputs.filter { output in
        // The other figures leave these out, and a model that overflows in float16 has little else.
        if output.cellNotFinite != output.referenceNotFinite { return true }
        // Without a direction, where all is zero, only equality is good.
        return output.cosine.map { $0 < bound } ?? ((output.maximum ?? 0) > 0)
      }
    }
  }

  enum CodingKeys: String, CodingKey {
    case schema, assay, source, result, forms, steps, calibration, agreement, unchecked, accuracy, error, failures
  }
}
