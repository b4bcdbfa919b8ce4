import AssayCore
import Foundation

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

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "assay-installer-\(UUID().uuidString)")
      .path(percentEncoded: false)
    let wheels = "\(folder)/wheels"
    try FileManager.default.createDirectory(atPath: wheels, withIntermediateDirectories: true)
    let architecture = HostDescription.buildArchitecture
    // The oldest Python and C library that pip knows, so that nothing but the lock file can decide what fits.
    let file = "example-1.0-cp36-cp36m-manylinux_2_5_\(architecture).whl"
    let sha256 = try Self.makeWheel("\(wheels)/\(file)")
    engine = LockedEngine(
      name: "example", package: "example", version: "1.0",
      wheels: [architecture: .init(file: file, bytes: 1_000_000, sha256: sha256)])
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Writes a wheel that holds one file, `example/libexample.so`.
  private static func makeWheel(_ path: String) throws -> String {
    let program = """
      import hashlib, sys, zipfile
      with zipfile.ZipFile(sys.argv[1], "w") as wheel:
          wheel.writestr("example/libexample.so", "a library")
          wheel.writestr("example-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: example\\nVersion: 1.0\\n")
          wheel.writestr("example-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\n")
          wheel.writestr("example-1.0.dist-info/RECORD", "")
      print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())
      """
    let python = try ChildProgram.run(
      ["python3", "-c", program, path], environment: ProcessInfo.processInfo.environment)
    return python.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
