import AssayCore
import EngineKit
import FoundationEssentials

/// A model that no engine can run.
struct BadModel {
  /// What is wrong: "is empty".
  let what: String
  let url: URL

  /// Makes the bad models of a format in a folder, all of them called after what is wrong with them.
  ///
  /// - Parameter readable: the formats that the engine reads. Some know a model by what is in it, and are right to run an
  ///   ONNX model called `.tflite`; only a model of a format that the engine does not read at all is bad for certain.
  static func all(
    of format: ModelFormat, readable: Set<ModelFormat>, _ fixtures: Fixtures, in folder: URL
  ) throws -> [BadModel] {
    func url(_ name: String) -> URL { folder.appending(path: name + format.suffix) }
    func bad(_ what: String, _ name: String, _ content: Data?) throws -> BadModel {
      let result = BadModel(what: what, url: url(name))
      if let content { try write(content, to: result.url, format) }
      return result
    }
    var all = [
      try bad("is missing", "missing", nil),
      try bad("is empty", "empty", Data()),
      try bad("is random bytes", "random", randomBytes(count: 4096)),
    ]
    if let model = fixtures.model(in: format) {
      let content = try Data(contentsOf: format.mainFile(of: URL(filePath: fixtures.path(model))))
      all.append(try bad("is cut in half", "truncated", content.prefix(content.count / 2)))
    }
    if let other = ModelFormat.known.map(\.format).first(where: { !readable.contains($0) && !$0.isFolder }),
      let model = fixtures.model(in: other)
    {
      all.append(try bad("is really \(other.rawValue)", "wrong", Data(contentsOf: URL(filePath: fixtures.path(model)))))
    }
    if !format.isFolder {
      let folder = BadModel(what: "is a folder", url: url("folder"))
      try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
      all.append(folder)
    }
    if format == .openvinoIR, let model = fixtures.model(in: format) {
      all.append(try bad("lacks its weights", "weightless", Data(contentsOf: URL(filePath: fixtures.path(model)))))
    }
    return all
  }

  private static func write(_ content: Data, to url: URL, _ format: ModelFormat) throws {
    if format.isFolder {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    try content.write(to: format.mainFile(of: url))
  }

  private static func randomBytes(count: Int) -> Data {
    var data = Data(count: count)
    data.withUnsafeMutableBytes { bytes in
      RandomInputs.fill(bytes, spec: TensorSpec(name: "", type: .uint8, shape: [count]), seed: 1, inputIndex: 0)
    }
    return data
  }
}

extension ModelFormat {
  /// How the paths of models of this format end.
  fileprivate var suffix: String { traits?.extensions.first.map { ".\($0)" } ?? "_\(rawValue)" }

  /// The file that holds the graph of a model.
  fileprivate func mainFile(of model: URL) -> URL {
    traits?.mainFile.map { model.appending(path: $0) } ?? model
  }

  fileprivate var isFolder: Bool { traits?.mainFile != nil }
}

/// Runs a body with a folder that is gone afterwards.
func withScratchFolder(_ body: (URL) throws -> Void) throws {
  let name = "assay-conformance-\(UInt64.random(in: 0 ... .max))"
  let folder = FileManager.default.temporaryDirectory.appending(path: name)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

func isReadableFile(_ path: String) -> Bool {
  FileManager.default.isReadableFile(atPath: path)
}
