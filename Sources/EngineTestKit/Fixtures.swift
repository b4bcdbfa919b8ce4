public import AssayCore
import EngineKit
import JSONCoding

/// Models in a folder, and what engines must make of them, from the `expected.json` beside them.
///
/// Documentation/Plugins.md describes that file.
public struct Fixtures: Sendable {
  let folder: String
  private let table: Table

  /// No models: only the cases that need none.
  public static let none = Fixtures()

  private init() {
    folder = ""
    table = Table(seed: nil, device: nil, cases: [])
  }

  /// Reads `expected.json` of a folder.
  ///
  /// - Throws: `.badData`, naming the file and what is wrong with it.
  public init(folder: String) throws(AssayError) {
    self.folder = folder
    let path = "\(folder)/expected.json"
    do {
      table = try JSONReader.decode(Table.self, fromFile: path)
    } catch {
      throw AssayError(.badData, "\(path) does not say what engines must make of the models beside it: \(error)")
    }
    for expectation in table.cases {
      let counts = expectation.outputs.map(\.elementCount)
      guard expectation.outputs.allSatisfy(\.isResolved), counts == expectation.values.map(\.count) else {
        throw AssayError(
          .badData, "\(path) gives \(expectation.model) values for other outputs: the outputs have \(counts) elements.",
          advice: "Give a list of values per output, with all its elements.")
      }
    }
  }

  /// The seed of the inputs that the expected values were computed with.
  var seed: UInt64 { table.seed ?? 7 }
  /// The device that runs the models.
  var device: String { table.device ?? Target.defaultDevice }

  /// What an engine must make of the models that it reads: the same as the engine that it is a build of.
  func expectations(for engine: EngineDescription) -> [Expectation] {
    table.cases.filter { expectation in
      (expectation.engine ?? engine.name) == engine.variantOf ?? engine.name && engine.formats.contains(expectation.format)
    }
  }

  func path(_ model: String) -> String { "\(folder)/\(model)" }

  /// A model file of any engine's in a format; `nil` where there is none.
  func model(in format: ModelFormat) -> String? {
    table.cases.first { $0.format == format }?.model
  }

  private struct Table: Decodable {
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
