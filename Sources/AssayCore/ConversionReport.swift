/// What a conversion made, and how far that is from its source: the JSON of `assay convert`, which also stands beside the file.
public struct ConversionReport: Codable, Hashable, Sendable {
  public let schema: Int
  public let assay: String
  public var source: ModelReference
  /// The converted model. Its path is that of `-o`, or in Assay's own cache.
  public var result: ModelReference
  /// As in `TFLite int8`.
  public var form: String
  public var steps: [Step]
  /// Of the data that quantising looked at; `nil` if no step did.
  public var calibration: Calibration?
  /// `nil` where source or result cannot be run here; `unchecked` says why.
  public var agreement: Agreement?
  public var unchecked: String?
  /// Steps of quicker paths that failed, with what they said.
  public var failures: [String]

  public init(source: ModelReference, result: ModelReference, form: String, steps: [Step], failures: [String]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.source = source
    self.result = result
    self.form = form
    self.steps = steps
    self.failures = failures
  }

  /// One converter's work.
  public struct Step: Codable, Hashable, Sendable {
    /// As in `onnx_int8`.
    public var name: String
    /// As in `ONNX → ONNX int8`.
    public var about: String
    public var environment: String
    /// Of all packages in it.
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
    /// The lowest cosine that a conversion to this precision may have; `nil` for int8, which has no bound.
    public var bound: Double?

    public init(
      reference: Target, target: Target, inferences: Int, outputs: [OutputDifference], bound: Double?
    ) {
      (self.reference, self.target, self.inferences) = (reference, target, inferences)
      (self.outputs, self.bound) = (outputs, bound)
    }

    /// The outputs that are further from the source's than the bound allows, or not finite.
    public var violations: [OutputDifference] {
      guard let bound else { return [] }
      return outputs.filter { output in
        // The other figures leave these out, and a model that overflows in float16 has little else.
        if output.notFinite > 0 { return true }
        // Without a direction, where all is zero, only equality is good.
        return output.cosine.map { $0 < bound } ?? ((output.maximum ?? 0) > 0)
      }
    }
  }

  enum CodingKeys: String, CodingKey {
    case schema, assay, source, result, form, steps, calibration, agreement, unchecked, failures
  }
}
