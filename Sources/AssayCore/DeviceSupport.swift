/// One device of an engine: a row of the support table.
public struct DeviceSupport: Codable, Hashable, Sendable {
  /// In the words of a target: `cpu`, `edgetpu`.
  public let device: String
  /// Of the weights and activations that it computes with, as models bring them or `--precision` asks for them.
  public let precisions: [Precision]
  /// The formats that it reads for this device, in the order of their names; `nil` for all of the engine's.
  public let formats: [ModelFormat]?
  public let evidence: Evidence
  /// What else to know, in a few words.
  public let note: String?

  public init(
    _ device: String, _ precisions: [Precision], formats: Set<ModelFormat>? = nil, _ evidence: Evidence,
    note: String? = nil
  ) {
    self.device = device
    self.precisions = precisions
    self.formats = formats?.sorted { $0.rawValue < $1.rawValue }
    self.evidence = evidence
    self.note = note
  }

  /// How far Assay's own tests go.
  public enum Evidence: String, Codable, Sendable {
    /// Real models run on the real device in the tests.
    case tested
    /// The tests use a library with the same functions in the place of the vendor's.
    case testedWithStandIn = "tested_with_stand_in"
    case untested
  }
}
