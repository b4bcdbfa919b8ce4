public import AssayCore
import Inspection

/// Times the layers of one model as two cells run them.
public struct LayerComparer {
  private let inspector: EngineInspector
  private let options: CellOptions
  private let libraries: [String: String]

  /// - Parameters:
  ///   - options: of both cells; operands may override threads and batch.
  ///   - libraries: by engine, instead of those that Assay would find.
  public init(_ inspector: EngineInspector, options: CellOptions, libraries: [String: String] = [:]) {
    self.inspector = inspector
    self.options = options
    self.libraries = libraries
  }

  /// - Parameters:
  ///   - operands: two of `model@engine[:device][,threads=N][,batch=N]`, both of one model.
  ///   - inferences: whose layers are timed.
  /// - Throws: `.usage` for other operands, and what the engines say.
  public func compare(
    _ operands: [String], signature: String? = nil, inferences: Int
  ) throws(AssayError) -> (report: InspectionReport, comparison: LayerComparison) {
    let cells = try Comparison.parse(operands).compactMap(\.liveCell)
    guard cells.count == 2, operands.count == 2, cells[0].model == cells[1].model else {
      throw AssayError(
        .usage, "--layers compares two cells of one model.",
        advice: "Name the model twice, as in net.onnx@onnxruntime net.onnx@openvino.")
    }
    var report = try ModelInspector.inspect(cells[0].model, signature: signature)
    let engines = try cells.map { cell throws(AssayError) in
      var options = options
      options.threads = cell.threads ?? options.threads
      options.batch = cell.batch ?? options.batch
      return try inspector.inspect(
        report, on: cell.target, options: options, signature: signature, library: libraries[cell.target.engine],
        inferences: inferences)
    }
    report.engines = engines
    return (report, LayerComparison(of: report.layers, engines[0], engines[1]))
  }
}
