public import AssayCore

/// The accuracy of every model by the tool that made it ready for its device.
public struct AccuracyMatrix: Hashable, Sendable {
  public let quantity: Observation.Quantity
  public let models: [String]
  public let tools: [String]
  /// By model, then by tool; `nil` where the pair was not observed.
  public let cells: [[Observation?]]

  /// - Parameter quantity: `.top1` or `.top5`.
  public init(_ observations: [Observation], quantity: Observation.Quantity) {
    let measured = observations.filter { $0[quantity] != nil }
    self.quantity = quantity
    let models = measured.distinct(\.model)
    let tools = measured.distinct(\.tool)
    cells = models.map { model in
      tools.map { tool in measured.first { $0.model == model && $0.tool == tool } }
    }
    self.models = models
    self.tools = tools
  }
}
