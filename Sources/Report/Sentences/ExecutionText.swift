import AssayCore

/// What an engine made of a model, in sentences.
enum ExecutionText {
  private static let kindLimit = 5

  static func sentences(of cell: CellReport) -> [String] {
    let execution = cell.execution
    return [
      execution?.placement.map(placement),
      execution?.precision.map { precision($0, asked: cell.options.engine.precision) },
      execution?.build.map { "Built in \(Figures.roughTime($0.milliseconds)), \(Figures.bytes($0.bytes))" },
      cell.deviceMilliseconds.map { "Takes \(Figures.milliseconds($0)) on the device, without copies, in the warm-up" },
    ].compactMap(\.self)
  }

  private static func placement(_ placement: OperationPlacement) -> String {
    let (device, cpu) = (placement.onDevice, placement.onCPU)
    if cpu == 0 { return "Runs all \(device) operation\(device == 1 ? "" : "s") on the device" }
    let shown = placement.kindsOnCPU.prefix(kindLimit).map(\.printable)
    let more = placement.kindsOnCPU.count > kindLimit ? ", …" : ""
    let kinds = shown.isEmpty ? "" : " (\(shown.joined(separator: ", "))\(more))"
    return "Runs \(device) of \(device + cpu) operations on the device, \(cpu) on the CPU\(kinds)"
  }

  private static func precision(_ precision: String, asked: Precision?) -> String {
    // Other words, such as TensorRT's FP32+FP16, tell what layers may choose from.
    let differs = asked != nil && Precision(rawValue: precision).map { $0 != asked } ?? false
    return "Computes in \(precision.printable)" + (differs ? ", not in \(asked?.rawValue ?? "") as asked" : "")
  }
}

extension RunReport {
  /// What engines made of the models, a line for each different sentence, with the cells that it is about.
  func executions(name: (CellReport) -> String) -> [String] {
    var groups: [(sentence: String, cells: [String])] = []
    for cell in cells {
      for sentence in ExecutionText.sentences(of: cell) {
        if let known = groups.firstIndex(where: { $0.sentence == sentence }) {
          groups[known].cells.append(name(cell))
        } else {
          groups.append((sentence, [name(cell)]))
        }
      }
    }
    return groups.map { group in
      let others = group.cells.count - 2
      let who = group.cells.prefix(2).joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
      return "\(group.sentence): \(who)."
    }
  }
}
