import AssayCore
import Foundation
import TestSupport
import Testing

/// The shim of an engine, built once for all tests, in a sandbox that lives as long as they do.
struct BuiltShim {
  /// Leads a program in another sandbox to the shim.
  let environment: [String: String]
  private let sandbox: Sandbox

  /// - Parameter headers: the package that `package` has found.
  init(_ engine: String, headers: String) throws {
    sandbox = try Sandbox()
    let result = try sandbox.assay(
      "engines", "build", engine, "--headers", headers, environment: ["CXX": "c++"], seconds: 600)
    let path = sandbox.path("data/assay/engines/\(engine)/libassay_\(engine).so")
    try #require(result.status == 0 && result.standardError.contains("Built \(path)"), "\(result)")
    environment = ["ASSAY_\(engine.uppercased())_LIBRARY": path]
  }

  /// The Python package of a shim's library, as the user has installed it; `nil`, with a message on standard error, if it is not there or only
  /// `make test-engines` tests it.
  static func package(_ name: String, for engine: String) -> String? {
    if InstalledEngines.isLeftOut(engine) {
      FileHandle.standardError.write(Data("make test-engines tests \(engine), and this does not.\n".utf8))
      return nil
    }
    let engines = DataFolder.engines.path(environment: ProcessInfo.processInfo.environment)
    if let folder = engines.map({ "\($0)/\(name)/\(name)" }),
      FileManager.default.fileExists(atPath: "\(folder)/include")
    {
      return folder
    }
    FileHandle.standardError.write(
      Data("\(name) is not installed, so \(engine) is not tested: assay engines install \(name)\n".utf8))
    return nil
  }
}
