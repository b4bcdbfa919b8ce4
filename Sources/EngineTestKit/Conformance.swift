import AssayCore
public import EngineKit

/// One thing that every engine must do.
public struct ConformanceCase: Sendable {
  /// A sentence.
  public let name: String
  private let check: @Sendable (any Engine, inout Failures) throws -> Void

  init(_ name: String, check: @escaping @Sendable (any Engine, inout Failures) throws -> Void) {
    self.name = name
    self.check = check
  }

  /// Runs the case on the calling thread.
  ///
  /// - Returns: what is wrong, a sentence each; empty where the engine does what it must.
  public func run(on engine: any Engine) -> [String] {
    var failures = Failures()
    do {
      try check(engine, &failures)
    } catch {
      failures.expect(false, "An error that should not be: \(error)")
    }
    return failures.sentences
  }
}

/// The suite that every engine must pass.
public enum Conformance {
  /// The cases for an engine. Those about models are of the models that `fixtures` has for it.
  public static func cases(for engine: EngineDescription, fixtures: Fixtures) -> [ConformanceCase] {
    identity(of: engine, on: fixtures.device) + modelCases(for: engine, fixtures) + sessionCases(for: engine, fixtures)
      + refusalCases(for: engine, fixtures)
  }

  private static func identity(of description: EngineDescription, on device: String) -> [ConformanceCase] {
    [
      ConformanceCase("It reports its version, library and devices") { engine, failures in
        failures.expect(!engine.version.isEmpty, "The version is empty")
        failures.expect(engine.version.contains { $0.isNumber }, "The version '\(engine.version)' has no number")
        if description.isBuiltIn {
          failures.expectEqual(engine.libraryPath, nil, "The library of a built-in engine")
        } else {
          let path = engine.libraryPath ?? ""
          failures.expect(
            path.hasPrefix("/") && isReadableFile(path), "The library '\(path)' is no absolute path of a file")
        }
        let devices = engine.devices.map(\.name)
        failures.expect(devices.contains(device), "The devices are \(devices), without \(device)")
        failures.expectEqual(Set(devices).count, devices.count, "The number of different devices of \(devices)")
      }
    ]
  }
}
