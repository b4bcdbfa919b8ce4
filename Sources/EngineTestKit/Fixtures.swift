public import AssayCore
import EngineKit
import JSONCoding

/// Models in a folder, and what engines must make of them, from the `expected.json` beside them.
///
/// Documentation/Plugins.md describes that file.
public struct Fixtures: Sendable {
  private let tables: [(folder: String, table: Table)]
  /// The device that runs the models.
  let device: String

  /// No models: only the cases that need none.
  public static let none = Fixtures()

  private init() { (tables, device) = ([], Target.defaultDevice) }

  /// Reads `expected.json` of a folder, and of others beside it.
  ///
  /// - Parameters:
  ///   - others: folders of models that are made for a machine; one that is not there is left out.
  ///   - device: that runs the models; `nil` for the one that `expected.json` names, or the CPU.
  /// - Throws: `.badData`, naming the file and what is wrong with it.
  public init(folder: String, beside others: [String] = [], device: String? = nil) throws(AssayError) {
    var tables = [(folder: folder, table: try Self.read(folder))]
    for other in others where isReadableFile("\(other)/expected.json") { tables.append((other, try Self.read(other))) }
    self.tables = tables
    self.device = device ?? tables[0].table.device ?? Target.defaultDevice
  }

  private static func read(_ folder: String) throws(AssayError) -> Table {
    let path = "\(folder)/expected.json"
    let table: Table
    do {
      table = try JSONReader.decode(Table.self, fromFile: path)
    } catch {
      throw AssayError(.badData, "\(path) does not say what engines must make of the models beside it: \(error)")
    }
    for expectation in table.cases {
      guard expectation.outputs.map(elementCount) == expectation.values.map(\.count) else {
        let shapes = expectation.outputs.map(\.shape)
        throw AssayError(
          .badData,
          "\(path) gives \(expectation.model) values for other outputs: the outputs have the shapes \(shapes).",
          advice: "Give a list of values per output, with all its elements.")
      }
    }
    return table
  }

  /// `nil` for a shape that no tensor has.
  private static func elementCount(_ output: TensorSpec) -> Int? {
    output.shape.reduce(1) { count, size in
      guard let count, size >= 0 else { return nil }
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: size)
      return isTooLarge ? nil : product
    }
  }

  /// The seed of the inputs that the expected values were computed with.
  var seed: UInt64 { tables.first?.table.seed ?? 7 }

  private var cases: [Expectation] { tables.flatMap(\.table.cases) }

  /// What an engine must make of the models that it reads: the same as the engine that it is a build of.
  func expectations(for engine: EngineDescription) -> [Expectation] {
    cases.filter { expectation in
      (expectation.engine ?? engine.name) == engine.variantOf ?? engine.name
        && engine.formats.contains(expectation.format)
    }
  }

  func path(_ model: String) -> String {
    let holder = tables.first { $0.table.cases.contains { $0.model == model } } ?? tables.first
    return "\(holder?.folder ?? "")/\(model)"
  }

  /// A model file of any engine's in a format; `nil` where there is none.
  func model(in format: ModelFormat) -> String? {
    cases.first { $0.format == format }?.model
  }

  private struct Table: Decodable, Sendable {
    let seed: UInt64?
    let device: String?
    let cases: [Expectation]
  }
}

/// What one engine makes of one model: its tensors, and the output values for the seeded inputs, as somebody else has computed them.
struct Expectation: Decodable, Sendable {
  /// `nil` for every engine that is tested with the file.
  let engine: String?
  let model: String
  let format: ModelFormat
  let shapes: [String: [Int]]?
  let batch: Int?
  let inputs: [TensorSpec]
  let outputs: [TensorSpec]
  /// All elements of each output, in row-major order.
  let values: [[Double]]

  /// The name of the model and the options that it is used with, as on the command line.
  var title: String {
    let shapes = (shapes ?? [:]).sorted { $0.key < $1.key }.map { name, shape in
      " --shape \(name)=" + shape.map(String.init).joined(separator: ",")
    }
    return model + shapes.joined() + (batch.map { " --batch \($0)" } ?? "")
  }

  func compileSpec(in fixtures: Fixtures, threads: Int = 1) -> CompileSpec {
    CompileSpec(
      modelPath: fixtures.path(model), format: format, device: fixtures.device, threads: threads,
      shapes: shapes ?? [:], batch: batch)
  }
}
