public import AssayCore

/// The models that Assay can write without Python: architectures with seeded weights, and networks whose trained weights PyPI has.
public enum ModelCatalogue {
  public static var models: [CatalogueModel] {
    TrainedModel.all.map(\.description) + Architecture.all.map(\.description)
  }

  /// Without a look at any layer.
  public static var names: [String] { Architecture.all.map(\.name) + TrainedModel.all.map(\.name) }

  /// - Throws: `.usage` for a name that the catalogue lacks.
  public static func model(named name: String) throws(AssayError) -> CatalogueModel {
    switch try entry(named: name) {
    case .seeded(let architecture): architecture.description
    case .trained(let model): model.description
    }
  }

  /// Writes a model as ONNX. The bytes of one with seeded weights depend on name, seed and version of Assay alone.
  ///
  /// - Parameters:
  ///   - seed: of the weights; `nil` for 1.
  ///   - environment: as for `EngineInstaller`, which downloads trained weights.
  ///   - report: called with a line for each step of a download.
  /// - Throws: `.usage` for a name that the catalogue lacks, or a seed of trained weights; `.inputOutput`; what a download throws.
  public static func write(
    _ name: String, to path: String, seed: UInt64?, environment: [String: String], report: (String) -> Void
  ) throws(AssayError) {
    switch try entry(named: name) {
    case .seeded(let architecture):
      let seed = seed ?? 1
      try ONNXWriter(
        architecture.network, name: name, metadata: [("assay.architecture", name), ("assay.seed", "\(seed)")]
      ).write(to: path, values: SeededValues(seed: seed))
    case .trained(let model):
      guard seed == nil else {
        throw AssayError(.usage, "The weights of \(name) are trained, so --seed makes no sense.")
      }
      let words = model.preprocessing.sorted { $0.key.rawValue < $1.key.rawValue }
      let metadata = [("assay.architecture", name)] + words.map { ("assay.\($0.key.rawValue)", $0.value) }
      try model.withValues(environment: environment, report: report) { (values) throws(AssayError) in
        try ONNXWriter(model.network, name: name, metadata: metadata).write(to: path, values: values)
      }
    }
  }

  private enum Entry {
    case seeded(Architecture)
    case trained(TrainedModel)
  }

  private static func entry(named name: String) throws(AssayError) -> Entry {
    if let found = Architecture.all.first(where: { $0.name == name }) { return .seeded(found) }
    if let found = TrainedModel.all.first(where: { $0.name == name }) { return .trained(found) }
    let nearest = EditDistance.suggestion(for: name, among: names)
    throw AssayError(
      .usage, "The catalogue has no model '\(name)'.",
      advice: (nearest.map { "Did you mean \($0)? " } ?? "") + "All models: assay models list")
  }
}

extension Architecture {
  fileprivate var description: CatalogueModel {
    CatalogueModel(name: name, title: title, paper: paper, network: network, published: published, preprocessing: nil)
  }
}

extension TrainedModel {
  fileprivate var description: CatalogueModel {
    let words = PreprocessingChoice.Word.allCases.compactMap { word in
      preprocessing[word].map { "\(word.rawValue) \($0)" }
    }
    return CatalogueModel(
      name: name, title: title, paper: Self.paper, network: network, published: published,
      preprocessing: words.joined(separator: ", "))
  }
}

extension CatalogueModel {
  fileprivate init(
    name: String, title: String, paper: String, network: Network, published: Published, preprocessing: String?
  ) {
    let ports = { (ports: [Network.Port]) in ports.map { Port(name: $0.name, shape: $0.shape) } }
    self.init(
      name: name, title: title, paper: paper, inputs: ports(network.inputs), outputs: ports(network.outputs),
      parameters: network.parameterCount, multiplyAdds: network.multiplyAdds, published: published,
      preprocessing: preprocessing)
  }
}
