import AssayCore
import EngineKit
import FoundationEssentials

/// The models of `Tests/Fixtures/Models`, and what engines must make of them.
public struct Fixtures: Sendable {
  private let collections: [Collection]

  /// Reads `expected.json` of folders.
  ///
  /// - Parameter folders: the first must be there; of the others, those that are.
  /// - Throws: the error of the file system or of the JSON decoder.
  public init(folders: [String] = Self.defaultFolders) throws {
    collections = try folders.enumerated().compactMap { index, path in
      let folder = URL(filePath: path)
      let list = folder.appending(path: "expected.json")
      guard index == 0 || isReadableFile(list.path) else { return nil }
      return Collection(folder: folder, table: try JSONDecoder().decode(Table.self, from: Data(contentsOf: list)))
    }
  }

  /// The folder of this package's sources, and those of models that are made for a machine: Scripts/make-torch-models.
  public static var defaultFolders: [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return ["Tests/Fixtures/Models", ".build/torch-models"].map { root.appending(path: $0).path }
  }

  /// The seed of the inputs that the expected values were computed with.
  var seed: UInt64 { collections.first?.table.seed ?? 0 }

  /// What an engine must make of the models that it reads.
  func expectations(for engine: String) -> [Expectation] {
    collections.flatMap(\.table.cases).filter { $0.engine == engine }
  }

  func path(_ model: String) -> String {
    let holder = collections.first { $0.table.cases.contains { $0.model == model } } ?? collections.first
    return holder?.folder.appending(path: model).path ?? model
  }

  /// A model file of any engine's in a format; `nil` where there is none.
  func model(in format: ModelFormat) -> String? {
    collections.flatMap(\.table.cases).first { $0.format == format }?.model
  }

  private struct Collection: Sendable {
    let folder: URL
    let table: Table
  }

  private struct Table: Decodable, Sendable {
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
      modelPath: fixtures.path(model), format: format, threads: threads, shapes: shapes ?? [:], batch: batch)
  }
}
