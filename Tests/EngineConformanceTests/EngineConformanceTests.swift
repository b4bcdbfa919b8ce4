import AssayCore
import EngineKit
import EngineTestKit
import Engines
import Foundation
import TestSupport
import Testing

/// Every engine that is here × every case of `EngineTestKit`.
///
/// Each runs in a process of its own, as in a measurement: a library that crashes costs one case, no two libraries meet, and
/// the memory that a case measures is that of its engine alone.
@Suite("Every engine does what every engine must", .serialized)
struct EngineConformanceTests {
  @Test("Conformance", arguments: try Subject.all())
  func conforms(subject: Subject) async throws {
    await #expect(processExitsWith: .success) {
      [
        engine = subject.engine as String, device = subject.device as String, name = subject.name as String
      ] in
      let engine = try #require(try Subject.open(engine))
      let cases = Conformance.cases(for: engine.description, fixtures: try Subject.fixtures(device: device))
      for failure in try #require(cases.first { $0.name == name }).run(on: engine) {
        Issue.record(Comment(rawValue: failure))
      }
    }
  }

  @Test(
    "A library that is none of its own is an error that names it",
    arguments: EngineCatalogue.all.map { $0.description }.filter { !$0.isBuiltIn }.map { $0.name })
  func wrongLibrary(engine: String) throws {
    let definition = try #require(EngineCatalogue.engine(named: engine))
    // No library at all, a library without the engine's functions, a file that is not there.
    for path in [#filePath, "libm.so.6", "/nonexistent/libengine.so"] {
      let error = #expect(throws: AssayError.self) { _ = try definition.open(path) }
      #expect(error?.code == .engineUnavailable)
      #expect(error?.description.contains(path) == true, "\(error?.description ?? "")")
    }
  }
}

/// One engine, one of its devices, and one case, by name.
struct Subject: Sendable, CustomTestStringConvertible {
  let engine: String
  let device: String
  let name: String

  var testDescription: String { "\(engine):\(device): \(name)" }

  /// Devices besides the CPU that every machine has.
  private static let devices = [
    "openvino": ["auto", "hetero:cpu"], "openvino-2022.3": ["auto", "hetero:cpu"], "onnxruntime-openvino": ["openvino"],
  ]

  /// Devices that hand all work to the CPU run its code, so one model stands for all.
  private static func isTested(_ conformance: ConformanceCase, on device: String) -> Bool {
    !["auto", "hetero:cpu"].contains(device) || conformance.name.contains("conv.")
  }

  /// The models of this package, and those of PyTorch, which Scripts/make-torch-models makes for a machine.
  static func fixtures(device: String) throws -> Fixtures {
    try Fixtures(
      folder: PackageFiles.path("Tests/Fixtures/Models"),
      beside: [PackageFiles.path("Tests/Fixtures/ExecuTorch"), PackageFiles.path(".build/torch-models")], device: device
    )
  }

  /// The cases of all engines that are here. What is not is said once, on standard error.
  static func all() throws -> [Subject] {
    try EngineCatalogue.all.map { $0.description }.flatMap { engine in
      guard try isHere(engine) else {
        let text =
          InstalledEngines.isLeftOut(engine.name)
          ? "make test-engines tests \(engine.displayName), and this does not.\n"
          : "\(engine.displayName) is not here, so not tested: \(engine.environmentVariable) is not set.\n"
        FileHandle.standardError.write(Data(text.utf8))
        return [Subject]()
      }
      return try ([Target.defaultDevice] + (devices[engine.name] ?? [])).flatMap { device in
        Conformance.cases(for: engine, fixtures: try fixtures(device: device))
          .filter { isTested($0, on: device) }.map { Subject(engine: engine.name, device: device, name: $0.name) }
      }
    }
  }

  private static func isHere(_ engine: EngineDescription) throws(AssayError) -> Bool {
    if engine.isBuiltIn { return true }
    if InstalledEngines.isLeftOut(engine.name) { return false }
    let candidates = try locator.candidates(for: engine)
    if candidates.contains(where: { $0.origin != .system }) { return true }
    // Only the system's loader knows whether it has a library, and tells by opening it.
    return try open(engine.name) != nil
  }

  /// Opens an engine; `nil` where its library is not on this machine.
  static func open(_ name: String) throws(AssayError) -> (any Engine)? {
    guard let definition = EngineCatalogue.engine(named: name) else { return nil }
    if definition.description.isBuiltIn { return try definition.open("") }
    for candidate in try locator.candidates(for: definition.description) {
      do throws(AssayError) {
        return try definition.open(candidate.path)
      } catch {
        guard candidate.origin == .system else { throw error }
      }
    }
    return nil
  }

  private static let locator = EngineLibraryLocator(environment: ProcessInfo.processInfo.environment)
}
