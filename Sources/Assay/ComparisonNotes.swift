import AssayCore

/// What the sides of a comparison differ in besides the engine, so that nobody takes one difference for another.
enum ComparisonNotes {
  /// - Parameter altered: the names of sides whose record log differs from what was saved.
  static func make(_ cells: [ComparisonSide], altered: [String] = []) -> [String] {
    let reports = cells.compactMap(\.report)
    let unknown = cells.filter { $0.report == nil }.map(\.name)
    return altered.map { "The record log of \($0) is not what it was when the run was saved." }
      + [
        difference("threads", cells) { $0.report.map { "\($0.options.threads)" } },
        difference("batch sizes", cells) { $0.report.map { $0.options.batch.map { "\($0)" } ?? "the model's own" } },
        difference("models", cells) { cell in
          cell.report?.model.sha256.map { "\(cell.report?.model.name ?? "") (sha256 \($0.prefix(12)))" }
        },
        difference("inputs", cells) { cell in
          cell.report.flatMap { report in report.inputs.map { inputs(report.spec, tensors: $0) } }
        },
        engineNote(reports) ? difference("engine versions", cells) { $0.report?.engine.version } : nil,
        difference("machines", cells) { cell in
          cell.host.map { "\($0.cpu ?? $0.architecture), \($0.cores) cores, \($0.kernel ?? $0.os ?? "")" }
        },
        unknown.isEmpty
          ? nil
          : "Only latencies are known of \(unknown.joined(separator: ", ")): look yourself whether models, inputs and machines are the same.",
      ].compactMap(\.self)
  }

  /// `The threads differ: 1 has 2, 2 has 1.`, where they do.
  private static func difference(
    _ what: String, _ cells: [ComparisonSide], _ value: (ComparisonSide) -> String?
  ) -> String? {
    let values = cells.enumerated().compactMap { index, cell in value(cell).map { (number: index + 1, value: $0) } }
    guard Set(values.map(\.value)).count > 1 else { return nil }
    return "The \(what) differ: " + values.map { "cell \($0.number) has \($0.value)" }.joined(separator: ", ") + "."
  }

  /// Versions say something where the engine is the same.
  private static func engineNote(_ reports: [CellReport]) -> Bool { Set(reports.map(\.engine.name)).count == 1 }

  /// Names of tensors are left out: converters change them.
  private static func inputs(_ spec: CellSpec, tensors: [TensorSpec]) -> String {
    let shapes = tensors.map { tensor in
      "\(tensor.type.rawValue) \(tensor.shape.map { String($0) }.joined(separator: "×"))"
    }
    let source = spec.measure.images.map(\.source.folder) ?? "seed \(spec.options.seed)"
    return "\(shapes.joined(separator: ", ")) (\(source))"
  }
}
