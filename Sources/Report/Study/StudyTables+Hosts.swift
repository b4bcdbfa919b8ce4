import Analyses
import AssayCore
import Statistics
import Study

/// What the host of a device changes.
extension StudyTables {
  func hostTimes(_ options: StudyOutline.Options) -> StudyTable? {
    let impact = impact(options)
    var table = StudyTable(
      "Inference time of \(impact.device) on two hosts",
      [.init("Model")]
        + [impact.firstHost, impact.secondHost].map {
          .init($0, group: Self.title(.latency, results.statistic), isNumber: true)
        })
    for row in impact.rows {
      table.add([
        "\(row.model)", cell(of: row.model, on: impact.firstHost, &table, options),
        cell(of: row.model, on: impact.secondHost, &table, options),
      ])
    }
    return table
  }

  /// The latency with the digits of its source.
  private func cell(
    of model: String, on host: String, _ table: inout StudyTable, _ options: StudyOutline.Options
  ) -> StudyTable.Cell {
    let found = results.results(of: options.devices, on: [host]).first { $0.model == model && $0[.latency] != nil }
    return table.cell(found?.quantities[.latency])
  }

  func hostSpeeds(_ options: StudyOutline.Options) -> StudyTable? {
    let impact = impact(options)
    var table = StudyTable(
      "Inference speed of \(impact.device) on two hosts",
      [.init("Model")]
        + [impact.firstHost, impact.secondHost].map {
          .init($0, group: "\(results.statistic.adjective) inference speed (1/ms)", isNumber: true)
        })
    for row in impact.rows {
      table.add(
        [
          "\(row.model)", "\(Figures.fixed(row.speeds.first, decimals: 6))",
          "\(Figures.fixed(row.speeds.second, decimals: 6))",
        ])
    }
    if let line = impact.line { table.notes.append(Self.sentence(line, impact)) }
    return table
  }

  func impact(_ options: StudyOutline.Options) -> HostImpact {
    HostImpact(
      results.results(of: options.devices), device: options.devices.first ?? "", firstHost: options.hosts.first ?? "",
      secondHost: options.hosts.last ?? "")
  }

  static func sentence(_ line: LeastSquaresLine, _ impact: HostImpact) -> String {
    """
    Regression: speed on \(impact.secondHost) = (\(plusMinus(line.slope, line.slopeError))) × speed on \(impact.firstHost) + \
    (\(plusMinus(line.intercept, line.interceptError))) per ms. Behind ± are standard errors, from \(impact.rows.count) models.
    """
  }

  /// A number to the third significant digit of its standard error: `0.8398 ± 0.0373`.
  static func plusMinus(_ value: Double, _ error: Double) -> String {
    let decimals = Figures.decimals(of: error, digits: 3)
    return "\(Figures.fixed(value, decimals: decimals)) ± \(Figures.fixed(error, decimals: decimals))"
  }
}
