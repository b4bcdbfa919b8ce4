import AssayCore
import EngineInstaller
import Foundation
import Platform
import Testing

@testable import Conversion

/// A folder with a cache, in which a script of a test takes a converter's place: a real process, by the machine's own Python.
final class Workshop {
  let folder: String
  let step = ConversionStep("example", .init(.onnx), .init(.tflite), in: "example", seconds: 1)
  var limits = StepLimits(seconds: 60)
  private(set) var reports: [String] = []
  private(set) var progress = 0

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "assay-conversion-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: "\(folder)/packages", withIntermediateDirectories: true)
    try Data("a model".utf8).write(to: URL(filePath: source.path))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var source: Converter.Model {
    Converter.Model(path: "\(folder)/source.onnx", sha256: String(repeating: "0", count: 64), form: .init(.onnx))
  }

  var cache: String { "\(folder)/cache" }

  /// The names in the cache, without the folder of failed steps' logs.
  var kept: [String] { names(in: cache).filter { $0 != ConversionCache.failedLogs } }

  /// The logs of failed steps.
  var failedLogs: String { "\(cache)/\(ConversionCache.failedLogs)" }

  func names(in folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

  /// What every script of these tests does last.
  static let success = "open(request['result'], 'w').write('converted')"

  func run(_ body: String, identity: String = "1") throws -> Converter.Outcome {
    let path = ProcessSpec.searchPath(ProcessInfo.processInfo.environment["PATH"])
    let python = try #require(ProcessSpec.locate("python3", path: path), "needs python3")
    var converter = Converter(
      cache: ConversionCache(folder: cache, digests: FileDigests()), interrupts: nil,
      scripts: { _ in String(decoding: PackageResources.step_py, as: UTF8.self) + "\n" + body },
      report: { self.reports.append($0) }, progress: { _, _ in self.progress += 1 })
    converter.limits = limits
    let environment = EnvironmentInstaller.Installed(
      name: "example", packages: "\(folder)/packages", interpreter: python, identity: identity)
    return try converter.run(step, on: source, in: environment, versions: ["example": "1.0"]) { _ in }
  }

  /// The error of a script that fails.
  func failure(of body: String) throws -> AssayError {
    do {
      _ = try run(body)
    } catch let error as AssayError {
      return error
    }
    throw AssayError(.protocolViolation, "The script did not fail.")
  }
}
