import AssayCore

/// What the sides of a comparison differ in besides the engine.
enum ComparisonNotes {
  static func make(_ cells: [ComparisonSide]) -> [ComparisonNote] {
    let reports = cells.compactMap(\.report)
    // Versions of different engines are not comparable.
    let isOneEngine = Set(reports.map(\.engine.name)).count == 1
    let differences: [(note: ComparisonNote, isFound: Bool)] = [
      (.threadsDiffer, differ(reports.map(\.options.threads))),
      (.batchSizesDiffer, differ(reports.map(\.options.batch))),
      (.modelsDiffer, differ(reports.compactMap(\.model.sha256))),
      (.inputsDiffer, differ(reports.compactMap(Inputs.init))),
      (.engineVersionsDiffer, isOneEngine && differ(reports.compactMap(\.engine.version))),
      (.machinesDiffer, differ(cells.compactMap { $0.host.map(Machine.init) })),
    ]
    let unknown = cells.indices.filter { cells[$0].report == nil }.map { $0 + 1 }
    return differences.filter(\.isFound).map(\.note) + (unknown.isEmpty ? [] : [.onlyLatenciesKnown(cells: unknown)])
  }

  private static func differ(_ values: [some Hashable]) -> Bool { Set(values).count > 1 }

  /// What counts as the same input. Converters change the names of tensors.
  private struct Inputs: Hashable {
    let tensors: [TensorSpec]
    let source: String
    let given: GivenInputs
    /// Of random inputs.
    let seed: UInt64?

    init?(_ report: CellReport) {
      guard let inputs = report.inputs else { return nil }
      tensors = inputs.map { TensorSpec(name: "", type: $0.type, shape: $0.shape) }
      source = report.spec.inputs
      given = report.options.given.withoutPaths
      seed = report.spec.measure.images == nil ? report.options.seed : nil
    }
  }

  /// The hardware with its system. Stricter than `HostDescription.isSameMachine`: a new kernel can change the times.
  struct Machine: Hashable {
    let processor: String
    let cores: Int
    let system: String?

    init(_ host: HostDescription) {
      processor = host.cpu ?? host.architecture
      cores = host.cores
      system = host.kernel ?? host.os
    }
  }
}
