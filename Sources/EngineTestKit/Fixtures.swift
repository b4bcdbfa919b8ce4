public import AssayCore
import EngineKit
import FoundationEssentials

/// The models of `Tests/Fixtures/Models`, and what engines must make of them.
public struct Fixtures: Sendable {
  let folder: URL
  /// The device that models are compiled for.
  let device: String
  private let table: Table

  /// Reads `expected.json` of a folder.
  ///
  /// - Throws: the error of the file system or of the JSON decoder.
  public init(folder: String = Self.defaultFolder, device: String = Target.defaultDevice) throws {
    self.folder = URL(filePath: folder)
    self.device = device
    table = try JSONDecoder().decode(
      Table.self, from: Data(contentsOf: self.folder.appending(path: "expected.json")))
  }

  /// The folder of this package's sources.
  public static var defaultFolder: String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.appending(path: "Tests/Fixtures/Models").path
  }

  /// The seed of the inputs that the expected values were computed with.
  var seed: UInt64 { table.seed }

  /// What an engine must make of the models that it reads: the same as the engine that it is a build of.
  func expectations(for engine: EngineDescription) -> [Expectation] {
    table.cases.filter { $0.engine == engine.variantOf ?? engine.name && engine.formats.contains($0.format) }
  }

  func path(_ model: String) -> String { folder.appending(path: model).path }

  /// A model file of any engine's in a format; `nil` where there is none.
  func model(in format: ModelFormat) -> String? {
    table.cases.first { $0.format == format }?.model
  }

  private struct Table: Decodable {
    let seed: UInt64
    let cases: [Expectation]
  }
}

/// What one engine makes of one model: its tensors, and the output values for the seeded inputs, as the library's own Python
/// package gave them.
struct Expectation: Decodable, Sendable {
  let engine: String
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
      modelPath: fixtures.path(model), format: format, device: fixtures.device, threads: threads, shapes: shapes ?? [:],
      batch: batch)
  }
}
