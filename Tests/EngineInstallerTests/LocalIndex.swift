import AssayCore
import Foundation
import Platform
import Testing

@testable import EngineInstaller

/// A folder with one small wheel that pip may install from, and an empty place to install into: no network is needed.
struct LocalIndex: ~Copyable {
  let folder: String
  let engine: LockedEngine

  var environment: [String: String] {
    ProcessInfo.processInfo.environment.merging([
      "XDG_DATA_HOME": dataFolder, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "\(folder)/wheels",
    ]) { $1 }
  }

  /// A folder with a blank in its name, as users have them.
  var dataFolder: String { "\(folder)/my data" }
  var managedFolder: String { "\(dataFolder)/assay/engines" }

  /// - Parameters:
  ///   - name: of the engine and its package.
  ///   - module: a module of Python in the wheel, and what it holds.
  init(name: String = "example", module: String = "example", _ content: String = "") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "assay-installer-\(UUID().uuidString)")
      .path(percentEncoded: false)
    let wheels = "\(folder)/wheels"
    try FileManager.default.createDirectory(atPath: wheels, withIntermediateDirectories: true)
    let architecture = HostDescription.buildArchitecture
    // The oldest Python and C library that pip knows, so that nothing but the lock file can decide what fits.
    let file = "\(name)-1.0-cp36-cp36m-manylinux_2_5_\(architecture).whl"
    let sha256 = try Self.makeWheel("\(wheels)/\(file)", name: name, module: module, content)
    engine = LockedEngine(
      name: name, package: name, version: "1.0",
      wheels: [architecture: .init(file: file, bytes: 1_000_000, sha256: sha256)])
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Writes a wheel that holds `example/libexample.so` and a module.
  private static func makeWheel(_ path: String, name: String, module: String, _ content: String) throws -> String {
    let program = """
      import hashlib, sys, zipfile
      path, name, module, content = sys.argv[1:]
      info = f"{name}-1.0.dist-info"
      with zipfile.ZipFile(path, "w") as wheel:
          wheel.writestr(f"{module}/__init__.py", content)
          wheel.writestr("example/libexample.so", "a library")
          wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
          wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\n")
          wheel.writestr(f"{info}/RECORD", "")
      print(hashlib.sha256(open(path, "rb").read()).hexdigest())
      """
    let environment = ProcessInfo.processInfo.environment
    let python = try #require(ProcessSpec.locate("python3", path: environment["PATH"] ?? ""), "needs python3")
    let outcome = try ProcessSpec(python, ["-c", program, path, name, module, content]).run()
    return try #require(outcome.output.text)
  }
}
