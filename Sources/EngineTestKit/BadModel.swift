import AssayCore
import EngineKit
import Glibc
import Platform

/// A model that no engine can run.
struct BadModel {
  /// What is wrong: "is empty".
  let what: String
  let path: String

  /// Makes the bad models of a format in a folder, all of them called after what is wrong with them.
  ///
  /// - Parameter readable: the formats that the engine reads. Some know a model by what is in it, and are right to run an
  ///   ONNX model called `.tflite`; only a model of a format that the engine does not read at all is bad for certain.
  static func all(
    of format: ModelFormat, readable: Set<ModelFormat>, _ fixtures: Fixtures, in folder: String
  ) throws -> [BadModel] {
    func path(_ name: String) -> String { "\(folder)/\(name)\(format.suffix)" }
    func bad(_ what: String, _ name: String, _ content: [UInt8]?) throws -> BadModel {
      let result = BadModel(what: what, path: path(name))
      if let content { try write(content, to: result.path, format) }
      return result
    }
    var all = [
      try bad("is missing", "missing", nil),
      try bad("is empty", "empty", []),
      try bad("is random bytes", "random", randomBytes(count: 4096)),
    ]
    if let model = fixtures.model(in: format) {
      let content = try contents(of: format.mainFile(of: fixtures.path(model)))
      all.append(try bad("is cut in half", "truncated", Array(content.prefix(content.count / 2))))
    }
    if let other = ModelFormat.known.map(\.format).first(where: { !readable.contains($0) && !$0.isFolder }),
      let model = fixtures.model(in: other)
    {
      all.append(try bad("is really \(other.rawValue)", "wrong", contents(of: fixtures.path(model))))
    }
    if !format.isFolder {
      let folder = BadModel(what: "is a folder", path: path("folder"))
      try Folder.make(folder.path)
      all.append(folder)
    }
    if let model = fixtures.model(in: format), format.weights(of: fixtures.path(model)) != nil {
      all.append(try bad("lacks its weights", "weightless", contents(of: fixtures.path(model))))
    }
    return all
  }

  private static func contents(of path: String) throws(SystemError) -> [UInt8] {
    try FileDescriptor.contents(of: path, limit: 1 << 30)
  }

  private static func write(_ content: [UInt8], to path: String, _ format: ModelFormat) throws(SystemError) {
    if format.isFolder { try Folder.make(path) }
    try FileDescriptor(opening: format.mainFile(of: path), O_WRONLY | O_CREAT | O_TRUNC).write(content)
  }

  private static func randomBytes(count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { bytes in
      RandomInputs.fill(bytes, spec: TensorSpec(name: "", type: .uint8, shape: [count]), seed: 1, inputIndex: 0)
    }
    return bytes
  }
}

extension ModelFormat {
  /// How the paths of models of this format end. A plugin's own format is called like the ending.
  fileprivate var suffix: String {
    traits.map { $0.extensions.first.map { ".\($0)" } ?? "_\(rawValue)" } ?? ".\(rawValue)"
  }

  /// The file that holds the graph of a model.
  fileprivate func mainFile(of model: String) -> String { traits?.mainFile.map { "\(model)/\($0)" } ?? model }

  fileprivate var isFolder: Bool { traits?.mainFile != nil }

  /// The file beside a model that holds its weights; `nil` if there is none.
  fileprivate func weights(of model: String) -> String? {
    guard self == .openvinoIR || traits == nil, let end = model.lastIndex(of: ".") else { return nil }
    let path = "\(model[..<end]).bin"
    return path != model && isReadableFile(path) ? path : nil
  }
}

/// Runs a body with a folder that is gone afterwards.
func withScratchFolder(_ body: (String) throws -> Void) throws {
  let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  let folder = try Folder.makeUnique("\(place)/assay-conformance-")
  defer { Folder.removeAll(folder) }
  try body(folder)
}

func isReadableFile(_ path: String) -> Bool { access(path, R_OK) == 0 }
