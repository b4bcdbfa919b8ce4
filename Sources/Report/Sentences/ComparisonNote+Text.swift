import AssayCore

extension ComparisonReport {
  /// What the cells differ in besides their latencies, and what their intervals assume.
  ///
  /// - Parameter names: what the cells are called; `nil` calls them by their numbers.
  func noteSentences(names: [String]? = nil) -> [String] {
    // What is learned from earlier runs stands in the intervals; that it does not help changes what to do.
    let spreads = comparisons.compactMap(\.runSpread).filter { $0.deviation == nil || $0.referenceDrift != nil }
    return notes.map { $0.sentence(in: self, names: names).printable } + spreads.prefix(1).map(\.sentence)
  }
}

extension ComparisonNote {
  /// A whole sentence, with the values of the cells.
  ///
  /// - Parameter names: what the cells are called; `nil` calls them by their numbers.
  func sentence(in report: ComparisonReport, names: [String]? = nil) -> String {
    let cells = zip(report.cells, names ?? report.cells.indices.map { "cell \($0 + 1)" }).map(Named.init)
    let models = ModelNames(report.cells.compactMap(\.report?.model))
    return switch self {
    case .threadsDiffer: Self.difference("threads", cells) { $0.report.map { "\($0.options.threads)" } }
    case .batchSizesDiffer:
      Self.difference("batch sizes", cells) { $0.report.map { $0.options.batch.map { "\($0)" } ?? "the model's own" } }
    case .modelsDiffer:
      Self.difference("models", cells) { cell in
        cell.report.flatMap { report in
          report.model.sha256.map { "\(models[report.model]) (sha256 \($0.prefix(12)))" }
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
        + numbers.filter { cells.indices.contains($0 - 1) }.map { cells[$0 - 1].side.name }.joined(separator: ", ")
        + ": check yourself that models, inputs and machines are the same."
    case .recordsAltered(let run, let path): "The record log of run \(run) has changed since the run was saved: \(path)"
    case .recorded(let text): text
    }
  }

  private struct Named {
    let side: ComparisonSide
    let name: String
  }

  /// `The threads differ: cell 1 has 2, cell 2 has 1.`
  private static func difference(
    _ what: String, _ cells: [Named], _ value: (ComparisonSide) -> String?
  ) -> String {
    let values = cells.compactMap { cell in value(cell.side).map { "\(cell.name) has \($0)" } }
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
