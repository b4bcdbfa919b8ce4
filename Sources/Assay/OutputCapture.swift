import AssayCore
import Foundation
import Launching
import TensorFiles

/// Runs a model a few times without measuring, and keeps its tensors.
struct OutputCapture {
  /// The report of a cell without latencies, and the tensors of each inference in the order of its inputs and outputs.
  struct Result {
    let report: CellReport
    let inferences: [(inputs: [Tensor], outputs: [Tensor])]
  }

  let context: RunContext

  init(_ context: RunContext) {
    var context = context
    context.store = nil
    context.events = EventStream()
    self.context = context
  }

  /// - Parameters:
  ///   - spec: complete, with the hashes of its files.
  ///   - count: inferences, each with random inputs of a seed of its own.
  /// - Throws: what the model, its inputs or the engine are missing, or what went wrong.
  func run(_ spec: CellSpec, count: Int = 1, number: Int = 1) throws(AssayError) -> Result {
    let path = try RecordFolder.newFile(suffix: "outputs.npz")
    let records = path + ".records"
    defer { for file in [path, records] { try? FileManager.default.removeItem(atPath: file) } }
    var job = CellJob(recordLogPath: records, inputFiles: spec.options.given.files, outputsPath: path)
    job.captures = count
    let run = try CellRun(
      spec, job, number: number, saver: RunSaver(context), group: context.newGroup(), context: context)
    run.waitForEnd()
    run.removeLeftovers()
    if let failure = run.cell.failure { throw failure }
    var report = run.unfinishedReport()
    report.status = .ok
    report.recordLog = nil
    guard case .tensors(let tensors) = try TensorFile(reading: path) else {
      throw AssayError(.protocolViolation, "The worker wrote no outputs of \(spec.model.path).")
    }
    return Result(report: report, inferences: try Self.inferences(of: tensors, count, report))
  }

  private static func inferences(
    of tensors: [Tensor], _ count: Int, _ report: CellReport
  ) throws(AssayError) -> [(inputs: [Tensor], outputs: [Tensor])] {
    let (inputs, outputs) = (report.inputs?.count ?? 0, report.outputs?.count ?? 0)
    guard tensors.count == count * (inputs + outputs) else {
      throw AssayError(.protocolViolation, "The worker wrote \(tensors.count) tensors of \(report.model.path).")
    }
    return (0..<count).map { inference in
      let own = tensors[(inference * (inputs + outputs))...].prefix(inputs + outputs)
      return (Array(own.prefix(inputs)), Array(own.dropFirst(inputs)))
    }
  }
}
