import AssayCore
import Foundation
import Platform

/// Looks at each file of given inputs once, and for files beside a model.
struct InputLookup {
  let digests: FileDigests
  private var sums: [String: String] = [:]

  init(_ digests: FileDigests) { self.digests = digests }

  /// Fills in the content of every file, and the files that ONNX Runtime's own tool would use: `test_data_set_0/input_*.pb` beside an ONNX model, if
  /// neither inputs nor shapes are given.
  ///
  /// - Throws: `.badData` if a file cannot be read, `.interrupted`.
  mutating func complete(_ spec: inout CellSpec) throws(AssayError) {
    let options = spec.options
    if options.given.isEmpty, options.batch == nil, options.shapes.isEmpty, spec.measure.images == nil,
      spec.model.format == .onnx
    {
      spec.options.given.testData = Self.testData(beside: spec.model.path)
    }
    if case .load(var load) = spec.measure, let file = load.arrivals.file {
      load.arrivals.file = InputFile(path: file.path, sha256: try sum(of: file.path, option: "--arrivals"))
      spec.measure = .load(load)
    }
    try spec.options.given.changeFiles { file throws(AssayError) in
      InputFile(path: file.path, sha256: try sum(of: file.path))
    }
  }

  /// The content of a file, for the parent itself.
  ///
  /// - Throws: `.badData`
  func bytes(of path: String) throws(AssayError) -> [UInt8] {
    do {
      return try Array(Data(contentsOf: URL(filePath: path)))
    } catch {
      throw AssayError(.badData, "Cannot read \(path): \(error.localizedDescription)")
    }
  }

  private mutating func sum(of path: String, option: String = "--input") throws(AssayError) -> String {
    if let sum = sums[path] { return sum }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      throw AssayError(.badData, "There is no file \(path), which \(option) names.")
    }
    do throws(AssayError) {
      let sum = try digests.digest(ofFile: path).sha256
      sums[path] = sum
      return sum
    } catch {
      throw error.code == .interrupted ? error : AssayError(.badData, error.message)
    }
  }

  private static func testData(beside model: String) -> [InputFile] {
    let folder = URL(filePath: model).deletingLastPathComponent().relativePath + "/test_data_set_0"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let numbers = names.compactMap { name in
      name.hasPrefix("input_") && name.hasSuffix(".pb") ? Int(name.dropFirst(6).dropLast(3)) : nil
    }
    return numbers.sorted().map { InputFile(path: "\(folder)/input_\($0).pb") }
  }
}
