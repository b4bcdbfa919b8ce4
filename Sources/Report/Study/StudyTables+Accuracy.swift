import Analyses
import AssayCore
import Statistics
import Study

/// Accuracy by model, what it costs, and what optimisers take of it.
extension StudyTables {
  func accuracyByModel(_ options: StudyOutline.Options) -> StudyTable? {
    let quantity = Self.quantity(options.metric)
    let matrix = AccuracyMatrix(results.results(of: options.devices), quantity: quantity)
    var table = StudyTable(
      "\(Self.title(quantity)) by model and framework",
      [.init("Model")] + matrix.tools.map { .init($0, isNumber: true) })
    for (model, cells) in zip(matrix.models, matrix.cells) {
      let best = cells.compactMap { $0?[quantity] }.max()
      table.add(
        ["\(model)"]
          + cells.map { observation in
            var cell = table.cell(observation?.quantities[quantity])
            cell.isBest = cells.count { $0 != nil } > 1 && best != nil && observation?[quantity] == best
            return cell
          })
    }
    return table
  }

  func accuracyLost(_ options: StudyOutline.Options) -> StudyTable? {
    let quantity = Self.quantity(options.metric)
    let losses = AccuracyLoss.losses(results.results(of: options.devices), quantity: quantity)
    var table = StudyTable(
      "\(quantity == .top1 ? "Top-1" : "Top-5") accuracy lost to optimisers and precisions",
      [
        .init("Model"), .init("Optimiser"), .init("Precision"), .init("Device"),
        .init(Self.title(quantity), isNumber: true), .init("Before (%)", isNumber: true),
        .init("Change (points)", isNumber: true), .init("95 % interval", isNumber: true), .init("More than chance?"),
      ])
    for loss in losses {
      table.add([
        "\(loss.observation.model)", "\(loss.observation.optimizer ?? "–")", "\(loss.observation.precision ?? "–")",
        "\(loss.observation.device)", table.cell(loss.observation.quantities[quantity]),
        table.cell(loss.reference.quantities[quantity]), "\(Self.signed(loss.change))",
        "\(loss.interval.map { "\(Self.signed($0.lowerBound)) to \(Self.signed($0.upperBound))" } ?? "–")",
        "\(loss.isMoreThanChance.map { $0 ? "yes" : "no" } ?? "unknown")",
      ])
    }
    let before = losses.contains { $0.observation.original != nil } ? "as it is" : "without an optimiser"
    table.notes.append("Before: the same model \(before). \(Self.images(of: losses))")
    return table
  }

  /// `−4.13`, `±0.00`
  static func signed(_ points: Double) -> String {
    let text = Figures.fixed(abs(points), decimals: 2)
    return (text == "0.00" ? "±" : points < 0 ? "−" : "+") + text
  }

  func timeAgainstAccuracy(_ options: StudyOutline.Options) -> StudyTable? {
    let quantity = Self.quantity(options.metric)
    let analysis = TimeAgainstAccuracy(results.results(of: options.devices), quantity: quantity)
    var table = StudyTable(
      "\(Self.title(quantity)) against inference time: fitted lines",
      [
        .init("Device"), .init("Results", isNumber: true), .init("Points per tenfold time", isNumber: true),
        .init("At 1 ms (%)", isNumber: true), .init("R²", isNumber: true),
        .init("R² over the time itself", isNumber: true),
      ])
    for series in analysis.series {
      table.add([
        "\(series.device)", "\(series.points.count)",
        "\(series.line.map { Self.plusMinus($0.slope, $0.slopeError) } ?? "–")",
        "\(series.line.map { Self.plusMinus($0.intercept, $0.interceptError) } ?? "–")",
        "\(Self.share(series.line))", "\(Self.share(series.plainLine))",
      ])
    }
    table.notes.append(
      """
      The line is accuracy over the decimal logarithm of the time. Behind ± are standard errors. R² is the share of the variance of the \
      accuracy that the line explains.
      """)
    return table
  }

  private static func share(_ line: LeastSquaresLine?) -> String {
    line?.explainedShare.map { Figures.fixed($0, decimals: 2) } ?? "–"
  }

  func paretoFront(_ options: StudyOutline.Options) -> StudyTable? {
    let quantity = Self.quantity(options.metric)
    let analysis = TimeAgainstAccuracy(results.results(of: options.devices), quantity: quantity)
    var table = StudyTable(
      "Results that no other beats in both time and accuracy",
      [
        .init("Model"), .init("Framework"), .init("Device"),
        .init(Self.title(.latency, results.statistic), isNumber: true),
        .init(Self.title(quantity), isNumber: true),
      ])
    for observation in analysis.front {
      table.add([
        "\(observation.model)", "\(observation.framework)", "\(observation.device)",
        table.cell(observation.quantities[.latency]), table.cell(observation.quantities[quantity]),
      ])
    }
    return table
  }
}
