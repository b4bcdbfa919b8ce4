public import AssayCore
import Foundation
import Statistics
import TensorFiles

extension Comparison {
  /// Runs every cell on the same inputs, and compares the outputs with the reference's.
  ///
  /// A cell whose inputs are not the reference's gets those: in its own layout of images (NCHW, NHWC), and in its own type, quantised where it
  /// says how. A cell that fails is reported, and the others are compared.
  ///
  /// - Parameter inferences: of each cell, each on inputs of its own.
  /// - Throws: `.usage` for operands that are no cells, and what the reference is missing or fails with.
  public func compareOutputs(inferences: Int) throws(AssayError) -> OutputComparisonReport {
    try check()
    guard operands.allSatisfy({ $0.liveCell != nil }) else {
      throw AssayError(
        .usage, "--outputs runs cells, and saved runs and record logs have no outputs.",
        advice: "Write cells, as in model.tflite@litert.")
    }
    let (specs, failures) = try liveSpecs()
    if let failure = failures[reference - 1] { throw failure }
    let capture = OutputCapture(context)
    let known = try capture.run(specs[reference - 1], count: inferences, number: reference)
    var report = OutputComparisonReport(
      host: context.machine.host, cells: specs.map(CellReport.init), reference: reference, inferences: inferences,
      outputs: [])
    report.cells[reference - 1] = known.report
    for index in specs.indices where index != reference - 1 {
      do throws(AssayError) {
        if let failure = failures[index] { throw failure }
        let own = try capture.run(specs[index], count: inferences, number: index + 1)
        report.cells[index] = own.report
        let outcome = try run(specs[index], own, onInputsOf: known, number: index + 1)
        report.outputs += try OutputMatching(reference: known, cell: outcome).differences(cell: index + 1)
      } catch {
        guard error.code != .interrupted else { throw error }
        report.cells[index].end(with: error)
      }
    }
    return report
  }

  /// Runs a cell again on the reference's inputs, unless it has run on these.
  func run(
    _ spec: CellSpec, _ own: OutputCapture.Result, onInputsOf known: OutputCapture.Result, number: Int
  ) throws(AssayError) -> OutputCapture.Result {
    let translation = try InputTranslation(from: known.report, to: own.report)
    let inputs = try known.inferences.map { inference throws(AssayError) in try translation.tensors(inference.inputs) }
    guard zip(inputs, own.inferences).contains(where: { $0.map(\.bytes) != $1.inputs.map(\.bytes) }) else { return own }
    let folder = TemporaryFolder.path("outputs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var spec = spec
    spec.options.given.values = try write(inputs, in: folder)
    spec.options.given.testData = []
    var lookup = InputLookup(context.digests)
    try lookup.complete(&spec)
    return try OutputCapture(context).run(spec, count: inputs.count, number: number)
  }

  /// Writes the inputs of all inferences as files that take turns.
  private func write(_ inferences: [[Tensor]], in folder: String) throws(AssayError) -> [String: [InputValue]] {
    var values: [String: [InputValue]] = [:]
    for (inference, tensors) in inferences.enumerated() {
      for (index, tensor) in tensors.enumerated() {
        let path = "\(folder)/\(inference)-\(index).npz"
        let archive = try NPZ.archive([tensor])
        do {
          try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
          try Data(archive).write(to: URL(filePath: path))
        } catch {
          throw AssayError(.inputOutput, "Cannot write \(path): \(error.localizedDescription)")
        }
        values[tensor.name, default: []].append(.file(InputFile(path: path)))
      }
    }
    return values
  }
}

/// The outputs of two cells, side by side.
struct OutputMatching {
  let reference: OutputCapture.Result
  let cell: OutputCapture.Result

  /// - Throws: `.badData` where the cells have no output in common.
  func differences(cell number: Int) throws(AssayError) -> [OutputDifference] {
    let (known, own) = (reference.report.outputs ?? [], cell.report.outputs ?? [])
    let pairs = known.indices.compactMap { index in
      Self.match(known[index], at: index, of: known.count, among: own).map { (index, $0) }
    }
    guard !pairs.isEmpty else {
      throw AssayError(
        .badData,
        "The outputs of \(cell.report.model.path) do not match those of \(reference.report.model.path): "
          + "\(Self.list(own)) against \(Self.list(known)).",
        advice: "Compare models with the same outputs.")
    }
    return pairs.map { known, own in difference(known, own, cell: number) }
  }

  private func difference(_ known: Int, _ own: Int, cell number: Int) -> OutputDifference {
    let spec = (reference.report.outputs ?? [])[known]
    let ownSpec = (cell.report.outputs ?? [])[own]
    var agreement = TensorAgreement()
    for (first, second) in zip(reference.inferences, cell.inferences) {
      let (one, other) = (first.outputs[known], second.outputs[own])
      guard let layout = TensorLayout(from: other.shape, to: one.shape), !one.bytes.isEmpty else { continue }
      // Not every engine tells how it quantises: the same type then means the same numbers.
      let isSame = one.type == other.type
      let values = one.realNumbers(spec.quantization ?? (isSame ? ownSpec.quantization : nil))
      let others = layout.permuted(other.realNumbers(ownSpec.quantization ?? (isSame ? spec.quantization : nil)))
      agreement.add(values, others, rows: one.shape.count > 1 ? max(one.shape[0], 1) : 1)
    }
    return OutputDifference(
      cell: number, output: spec.name, elements: spec.isResolved ? spec.elementCount : 0, maximum: agreement.maximum,
      mean: agreement.mean, cosine: agreement.cosine, sameTop1: agreement.sameTop1, rows: agreement.rows,
      notFinite: agreement.notFinite, referenceNotFinite: agreement.notFiniteBySide.first,
      cellNotFinite: agreement.notFiniteBySide.second)
  }

  /// The output of the same name, else that of the same place, if its elements can be set beside the reference's.
  private static func match(_ spec: TensorSpec, at index: Int, of count: Int, among own: [TensorSpec]) -> Int? {
    let sameName = own.firstIndex { $0.name == spec.name }
    let candidates = [sameName, own.count == count ? index : nil].compactMap(\.self)
    return candidates.first { TensorLayout(from: own[$0].shape, to: spec.shape) != nil }
  }

  private static func list(_ specs: [TensorSpec]) -> String {
    specs.map { "\($0.name.printable) \($0.shape)" }.joined(separator: ", ")
  }
}
