public import AssayCore
import Foundation
import Launching
import ModelFiles
public import Platform

/// Asks engines whether they can run a model: the whole first, then its operations one by one, each in a worker. No table of rules can be
/// out of date.
public struct SupportInspector {
  private let machine: Machine
  private let interrupts: InterruptListener?
  /// Gets the target, and which of how many kinds of operations is asked about.
  public var progress: (Target, Int, Int) -> Void = { _, _, _ in }

  /// Seconds after which a worker that compiles counts as hanging.
  private static let timeLimit = 120.0

  public init(on machine: Machine, interrupts: InterruptListener? = nil) {
    self.machine = machine
    self.interrupts = interrupts
  }

  /// - Parameters:
  ///   - targets: `nil` for every installed engine that reads the format.
  ///   - libraries: by engine, instead of those that Assay would find.
  /// - Throws: `.usage` for an unknown target, `.engineUnavailable` if none is installed, `.interrupted`.
  public func inspect(
    _ report: InspectionReport, on targets: [Target]?, options: CellOptions, signature: String? = nil,
    libraries: [String: String] = [:]
  ) throws(AssayError) -> [EngineSupport] {
    let chosen = if let targets { targets } else { try machine.targets(for: report.model.path) }
    try machine.check(chosen)
    return try chosen.map { target throws(AssayError) in
      var options = options
      options.timeLimit = options.timeLimit ?? Self.timeLimit
      options.allowFallback = true
      let spec = CellSpec(
        model: ModelReference(path: report.model.path, format: report.model.format, signature: signature),
        target: target, engineLibrary: libraries[target.engine], options: options, measure: .latency(.exactly(1)))
      return try ask(about: report, spec)
    }
  }

  private func ask(about report: InspectionReport, _ spec: CellSpec) throws(AssayError) -> EngineSupport {
    let (version, error) = try compile(spec)
    guard let error, isAboutOperations(error, report, spec.target) else {
      return EngineSupport(target: spec.target, version: version, error: error)
    }
    let kinds = OperationKind.all(in: report)
    guard OperationCut.formats.contains(report.model.format) else {
      return EngineSupport(
        target: spec.target, version: version, error: error, unasked: Self.names(kinds.map(\.operation)))
    }
    return try askOneByOne(kinds, of: report, spec, version: version, error)
  }

  /// A shape that must be given, a library that does not open, and an engine of another format say nothing of operations.
  private func isAboutOperations(_ error: AssayError, _ report: InspectionReport, _ target: Target) -> Bool {
    let isOther = machine.engines.contains {
      $0.name == target.engine && !$0.isPlugin && !$0.formats.contains(report.model.format)
    }
    return !isOther && ![.usage, .engineUnavailable, .deviceUnavailable].contains(error.code)
  }

  private func askOneByOne(
    _ kinds: [OperationKind], of report: InspectionReport, _ spec: CellSpec, version: String?, _ whole: AssayError
  ) throws(AssayError) -> EngineSupport {
    let folder = try QuestionFiles.makeFolder("assay-operations-")
    defer { folder.remove() }
    let path = "\(folder.path)/operation.\(report.model.format == .tflite ? "tflite" : "onnx")"
    var (lacking, unasked): ([LackingOperation], [String]) = ([], [])
    var number = 0
    let byLayer = Dictionary(kinds.map { ($0.layers[0], $0) }) { $1 }
    let first = kinds.map { report.layers[$0.layers[0]] }
    try OperationCut.each(
      first, of: report.model.path, format: report.model.format, signature: spec.model.signature
    ) { (layer, bytes) throws(AssayError) in
      number += 1
      progress(spec.target, number, kinds.count)
      guard let kind = byLayer[layer.index], let bytes else { return unasked.append(layer.operation) }
      var spec = spec
      spec.model = ModelReference(path: path, format: report.model.format)
      spec.options.shapes = [:]
      spec.options.batch = nil
      spec.options.given = GivenInputs()
      do {
        try Data(bytes).write(to: URL(filePath: path))
      } catch {
        throw AssayError(.inputOutput, "Cannot write \(path): \(error.localizedDescription)")
      }
      guard let error = try compile(spec).error else { return }
      lacking.append(
        LackingOperation(
          operation: kind.operation, layers: kind.layers,
          error: error.renaming(path, to: "\(kind.operation) alone")))
    }
    return EngineSupport(
      target: spec.target, version: version, error: whole, lacking: lacking, unasked: Self.names(unasked))
  }

  /// - Throws: `.interrupted`; any other failure is the answer.
  private func compile(_ spec: CellSpec) throws(AssayError) -> (version: String?, error: AssayError?) {
    var spec = spec
    let files = try QuestionFiles(for: &spec, machine.launch)
    defer { files.remove() }
    var version: String?
    do throws(AssayError) {
      try WorkerQuestion.compile(spec, files.job, files.content, machine.launch, interrupts: interrupts) {
        version = $0.version
      }
      return (version, nil)
    } catch {
      if error.code == .interrupted { throw error }
      return (version, error)
    }
  }

  private static func names(_ names: [String]) -> [String] { Set(names).sorted() }
}

/// Operations that an engine treats alike: of one name, with the same types of tensors and the same attributes.
private struct OperationKind {
  let operation: String
  /// Their indices, in order.
  private(set) var layers: [Int]

  static func all(in report: InspectionReport) -> [OperationKind] {
    var kinds: [OperationKind] = []
    var places: [[String]: Int] = [:]
    for layer in report.layers where layer.graph == nil {
      let types = (layer.inputs + layer.outputs).map { "\($0.type ?? "?") \($0.shape?.count ?? -1) \($0.isConstant)" }
      let key = [layer.operation, layer.domain ?? ""] + types + layer.attributes.map { "\($0.name)=\($0.value)" }
      if let place = places[key] {
        kinds[place].layers.append(layer.index)
      } else {
        places[key] = kinds.count
        kinds.append(OperationKind(operation: layer.operation, layers: [layer.index]))
      }
    }
    return kinds
  }
}
