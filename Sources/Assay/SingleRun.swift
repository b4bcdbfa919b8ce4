public import AssayCore
import Datasets
import Foundation
import TensorFiles

/// A model that is run once, to see what it makes of its inputs.
public struct SingleRun {
  public var spec: CellSpec
  /// Where the outputs go as NPZ; `nil` keeps none.
  public var outputPath: String?
  /// A file with the names of the classes.
  public var labelsPath: String?
  public var context: RunContext

  private static let firstCount = 8
  private static let topCount = 5

  public init(_ spec: CellSpec, in context: RunContext) {
    self.spec = spec
    self.context = context
  }

  /// - Throws: what the model, its inputs or the engine are missing, or what went wrong; `.inputOutput` if outputs cannot be written.
  public func run() throws(AssayError) -> SingleRunReport {
    var spec = spec
    var (models, inputs) = (ModelLookup(context.digests), InputLookup(context.digests))
    try models.complete(&spec.model)
    try inputs.complete(&spec)
    let labels = try labelsPath.map { path throws(AssayError) in try ClassList(readingFrom: path) }
    let captured = try OutputCapture(context).run(spec)
    let tensors = captured.inferences[0].outputs
    if let outputPath { try write(tensors, to: outputPath) }
    let outputs = zip(captured.report.outputs ?? [], tensors).map { Self.summary(of: $1, as: $0, labels) }
    return SingleRunReport(captured.report, outputs: outputs)
  }

  private func write(_ tensors: [Tensor], to path: String) throws(AssayError) {
    let archive = try NPZ.archive(tensors)
    do {
      try Data(archive).write(to: URL(filePath: path))
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error.localizedDescription)")
    }
  }

  private static func summary(of tensor: Tensor, as spec: TensorSpec, _ labels: ClassList?) -> OutputSummary {
    var summary = OutputSummary(name: spec.name, type: spec.type, shape: spec.shape)
    let values = (0..<tensor.elementCount).compactMap { tensor.element($0)?.double }
    for value in values {
      if value.isNaN { summary.notANumber += 1 }
      if value.isInfinite { summary.infinite += 1 }
      guard value.isFinite else { continue }
      summary.low = min(summary.low ?? value, value)
      summary.high = max(summary.high ?? value, value)
    }
    summary.first = values.prefix(firstCount).map { $0.isFinite ? $0 : nil }
    summary.top = labels.flatMap { top(values, of: spec, $0) }
    return summary
  }

  /// The best classes of an output with one score per class, a background class before the first included.
  private static func top(_ scores: [Double], of spec: TensorSpec, _ labels: ClassList) -> [ScoredClass]? {
    let offset = scores.count - labels.names.count
    guard (0...1).contains(offset), spec.shape.max() == scores.count else { return nil }
    let finite = scores.indices.filter { scores[$0].isFinite }
    return finite.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(topCount).map { index in
      ScoredClass(
        index: index, name: index < offset ? "background" : labels.names[index - offset], score: scores[index])
    }
  }
}
