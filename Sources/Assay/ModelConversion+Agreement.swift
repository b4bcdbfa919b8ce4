import AssayCore
import Conversion
import Foundation
import Platform

/// How far a result is from its source.
extension ModelConversion {
  /// How far a float model may turn from its source: the lowest cosine of an output.
  private static let bounds: [ConversionForm.Precision: Double] = [.source: 0.99999, .fp16: 0.999]
  /// Samples on which source and result are compared.
  private static let compared = 32

  /// Compares the result with the source, and says in the report if it cannot take the source's place.
  ///
  /// - Parameter first: what the first step has made.
  /// - Throws: `.interrupted` alone: all other errors end up in the report.
  func compare(
    _ last: Converter.Outcome, after first: Converter.Outcome, _ report: inout ConversionReport
  ) throws(AssayError) {
    do throws(AssayError) {
      report.agreement = try agreement(of: last, after: first)
      report.error = report.violation
    } catch {
      guard error.code != .interrupted else { throw error }
      report.unchecked = error.message
      // An engine that is not here says nothing against the result, and int8 has no bound.
      guard target.precision != .int8, error.code != .engineUnavailable else { return }
      report.error = AssayError(
        .inferenceFailed,
        "The conversion of \(source.reference.path.printable) to \(target) cannot be compared with its source: \(error.message)",
        advice: "Look at the log \(last.logPath), or take it nevertheless: assay convert --accept",
        outputTail: error.outputTail)
    }
  }

  private func agreement(
    of last: Converter.Outcome, after first: Converter.Outcome
  ) throws(AssayError) -> ConversionReport.Agreement {
    guard source.kind.format == nil else { return try agreement(ofRunnable: last) }
    return try agreement(of: last, withKeptOutputsOf: first)
  }

  /// By what the first step's converter made of the source, which no engine reads.
  private func agreement(
    of outcome: Converter.Outcome, withKeptOutputsOf first: Converter.Outcome
  ) throws(AssayError) -> ConversionReport.Agreement {
    let cell = try self.cell(of: outcome.model, given: GivenInputs())
    let known = try KeptOutputs.read("\(first.folder)/\(KeptOutputs.name)", of: source, like: cell)
    let own = try OutputCapture(context).run(cell, count: known.inferences.count, number: 2)
    let comparison = Comparison([(name: cell.model.path, spec: cell)], in: context)
    let result = try comparison.run(cell, own, onInputsOf: known, number: 2)
    let found = try OutputMatching(reference: known, cell: result).differences(cell: 2)
    return .init(
      reference: known.report.spec.target, target: cell.target, inferences: known.inferences.count, outputs: found,
      lost: Self.lost(known.report, found), bound: Self.bounds[target.precision])
  }

  /// By inputs that both have got now or in an earlier conversion.
  private func agreement(ofRunnable outcome: Converter.Outcome) throws(AssayError) -> ConversionReport.Agreement {
    let data = calibration ?? .random()
    let cells = [
      try cell(of: source.model, given: data.given), try cell(of: outcome.model, given: data.given),
    ]
    let count = min(data.samples, Self.compared)
    let key = try [source.reference.sha256 ?? "", Self.identity(of: cells[0], count), "\(cells.map(\.target))"]
    let path = "\(outcome.folder)/agreement-\(SHA256.hexDigest(of: key.joined(separator: "\n"))).json"
    if let bytes = try? FileDescriptor.contents(of: path),
      let kept = try? JSONDecoder().decode(ConversionReport.Agreement.self, from: Data(bytes))
    {
      return kept
    }
    let agreement = try compare(cells, count)
    // Without it the next conversion compares again.
    try? JSONEncoder().encode(agreement).write(to: URL(filePath: path), options: .atomic)
    return agreement
  }

  /// Runs source and result on the same inputs.
  private func compare(_ cells: [CellSpec], _ count: Int) throws(AssayError) -> ConversionReport.Agreement {
    let comparison = Comparison(cells.map { ($0.model.path, $0) }, in: context)
    let outputs = try comparison.compareOutputs(inferences: count)
    if let failure = outputs.cells.lazy.compactMap(\.error).first { throw failure }
    return .init(
      reference: cells[0].target, target: cells[1].target, inferences: count, outputs: outputs.outputs,
      lost: Self.lost(outputs.cells[0], outputs.outputs),
      bound: isFloat(outputs.cells[0]) ? Self.bounds[target.precision] : nil)
  }

  /// Whether a model takes floats: whoever converts a quantised model gets other kernels' rounding.
  private func isFloat(_ cell: CellReport) -> Bool {
    ((cell.inputs ?? []) + (cell.outputs ?? [])).allSatisfy { $0.quantization == nil }
  }

  /// The outputs of the source that nothing is compared with.
  private static func lost(_ source: CellReport, _ found: [OutputDifference]) -> [String] {
    let matched = Set(found.map(\.output))
    return (source.outputs ?? []).map(\.name).filter { !matched.contains($0) }
  }
}
