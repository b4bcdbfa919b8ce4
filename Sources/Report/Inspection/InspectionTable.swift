public import AssayCore
import CSV

/// What model files hold as CSV: one row per layer.
public enum InspectionTable {
  private typealias Row = (model: InspectedModel, layer: InspectedLayer)

  public static func csv(_ reports: [InspectionReport]) -> String {
    CSVText.table(columns, of: reports.flatMap { report in report.layers.map { (report.model, $0) } })
  }

  private static var columns: [CSVText.Column<Row>] {
    [
      ("model", { CSVText.name($0.model.path) }), ("layer", { "\($0.layer.index)" }),
      ("name", { CSVText.name($0.layer.name) }), ("operation", { CSVText.name($0.layer.operation) }),
      ("domain", { $0.layer.domain.map(CSVText.name) }), ("graph", { $0.layer.graph.map(CSVText.name) }),
      ("inputs", { row in row.layer.inputs.map { CSVText.name($0.name) }.joined(separator: " ") }),
      ("outputs", { row in row.layer.outputs.map { CSVText.name($0.name) }.joined(separator: " ") }),
      ("output_type", { $0.layer.outputs.first?.type }),
      ("output_shape", { $0.layer.outputs.first?.shape?.map { "\($0)" }.joined(separator: "x") }),
      ("parameters", { "\($0.layer.parameters)" }), ("macs", { $0.layer.macs.map { "\($0)" } }),
      ("constant", { "\($0.layer.isConstant)" }),
      ("scale", { $0.layer.outputs.first?.quantization?.scale.map { "\($0)" } }),
      ("zero_point", { $0.layer.outputs.first?.quantization?.zeroPoint.map { "\($0)" } }),
      ("scales", { $0.layer.outputs.first?.quantization.map { "\($0.scales)" } }),
    ]
  }
}
