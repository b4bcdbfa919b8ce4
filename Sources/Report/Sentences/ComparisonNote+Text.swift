import AssayCore

extension ComparisonNote {
  /// A whole sentence, with the values of the cells.
  func sentence(in report: ComparisonReport) -> String {
    let cells = report.cells
    let names = ModelNames(cells.compactMap(\.report?.model))
    return switch self {
    case .threadsDiffer: Self.difference("threads", cells) { $0.report.map { "\($0.options.threads)" } }
    case .batchSizesDiffer:
      Self.difference("batch sizes", cells) { $0.report.map { $0.options.batch.map { "\($0)" } ?? "the model's own" } }
    case .modelsDiffer:
      Self.difference("models", cells) { cell in
        cell.report.flatMap { report in
          report.model.sha256.map { "\(names[report.model]) (sha256 \($0.prefix(12)))" }
        }
      }
    case .inputsDiffer:
      Self.difference("inputs", cells) { cell in
        cell.report.flatMap { report in report.inputs.map { Self.inputs($0, report.spec) } }
      }
    case .engineVersionsDiffer: Self.difference("engine versions", cells) { $0.report?.engine.version }
    case .machinesDiffer:
      Self.difference("machines", cells) { cell in
        cell.host.map { "\($0.cpu ?? $0.architecture), \($0.cores) cores, \($0.kernel ?? $0.os ?? "")" }
      }
    case .onlyLatenciesKnown(let numbers):
      "Only the latencies are known of "
        + numbers.filter { cells.indices.contains($0 - 1) }.map { cells[$0 - 1].name }.joined(separator: ", ")
        + ": check yourself that models, inputs and machines are the same."
    case .recordsAltered(let run, let path): "The record log of run \(run) has changed since the run was saved: \(path)"
    case .recorded(let text): text
    }
  }

  /// `The threads differ: cell 1 has 2, cell 2 has 1.`
  private static func difference(
    _ what: String, _ cells: [ComparisonSide], _ value: (ComparisonSide) -> String?
  ) -> String {
    let values = cells.enumerated().compactMap { index, cell in value(cell).map { "cell \(index + 1) has \($0)" } }
    return "The \(what) differ: \(values.joined(separator: ", "))."
  }

  /// Converters change the names of tensors, so they are left out.
  private static func inputs(_ tensors: [TensorSpec], _ spec: CellSpec) -> String {
    let shapes = tensors.map { tensor in
      "\(tensor.type.rawValue) \(tensor.shape.map { String($0) }.joined(separator: "×"))"
    }
    let source = spec.measure.images.map(\.source.folder) ?? "seed \(spec.options.seed)"
    return "\(shapes.joined(separator: ", ")) (\(source))"
  }
}
