import AssayCore
import EngineKit
import EngineTestKit
import Engines
import Foundation
import Testing

/// Every engine × every case of `EngineTestKit`.
///
/// A measurement has one engine a process. Here all share one, which their libraries bear since their symbols stay local; a
/// case that kills the process takes the others with it, and is a failure all the same.
@Suite("Every engine does what every engine must", .serialized)
struct EngineConformanceTests {
  @Test("Conformance", arguments: try Subject.all())
  func conforms(subject: Subject) throws {
    guard let loaded = Self.engines[subject.engine.name] else {
      let engine = subject.engine
      try Test.cancel("\(engine.displayName) is not here; \(engine.environmentVariable) may name its library.")
    }
    for failure in subject.check.run(on: try loaded.get()) {
      Issue.record(Comment(rawValue: failure))
    }
  }

  @Test("A library that is none of its own is an error that names it", arguments: Subject.engines())
  func wrongLibrary(engine: EngineDescription) throws {
    let type = try #require(EngineCatalogue.engine(named: engine.name))
    // No library at all, a library without the engine's functions, a file that is not there.
    for path in [#filePath, "libm.so.6", "/nonexistent/libengine.so"] {
      let error = #expect(throws: AssayError.self) { _ = try type.load(from: path) }
      #expect(error?.code == .engineUnavailable)
      #expect(error?.description.contains(path) == true, "\(error?.description ?? "")")
    }
  }

  /// The engines whose libraries are found where Assay looks for them, each opened once.
  private static let engines: [String: Result<any Engine, AssayError>] = {
    var engines: [String: Result<any Engine, AssayError>] = [:]
    for type in EngineCatalogue.all {
      do throws(AssayError) {
        engines[type.description.name] = try open(type).map { .success($0) }
      } catch {
        engines[type.description.name] = .failure(error)
      }
    }
    return engines
  }()

  /// Opens an engine; `nil` where its library is not on this machine.
  private static func open(_ type: any Engine.Type) throws(AssayError) -> (any Engine)? {
    if type.description.isBuiltIn { return try type.load(from: "") }
    let locator = EngineLibraryLocator(environment: ProcessInfo.processInfo.environment)
    for candidate in try locator.candidates(for: type.description) {
      do throws(AssayError) {
        return try type.load(from: candidate.path)
      } catch {
        // Only of the system's loader is it unknown whether it has such a library.
        guard candidate.origin == .system else { throw error }
      }
    }
    return nil
  }
}

/// One engine and one case.
struct Subject: Sendable, CustomTestStringConvertible {
  let engine: EngineDescription
  let check: ConformanceCase

  var testDescription: String { "\(engine.displayName): \(check.name)" }

  static func all() throws -> [Subject] {
    let fixtures = try Fixtures()
    return EngineCatalogue.all.map { $0.description }.flatMap { engine in
      Conformance.cases(for: engine, fixtures: fixtures).map { Subject(engine: engine, check: $0) }
    }
  }

  /// The engines that open a library.
  static func engines() -> [EngineDescription] {
    EngineCatalogue.all.map { $0.description }.filter { !$0.isBuiltIn }
  }
}
