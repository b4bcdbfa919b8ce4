import Foundation
import Testing

@Suite("There is one floor")
struct FloorTests {
  private static let sources = URL(filePath: #filePath).appending(path: "../../../Sources").standardized

  /// The Swift files below `Sources`, each with its target.
  private static func files() throws -> [(target: String, name: String, text: String)] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
    return try paths.map {
      (String($0.prefix { $0 != "/" }), $0, try String(contentsOf: sources.appending(path: $0), encoding: .utf8))
    }
  }

  @Test(
    "Nobody but Platform starts processes or threads, reads clocks, or catches interrupts",
    arguments: [
      "posix_spawn(", "fork(", "Process()", "pthread_create", "Thread.detachNewThread", "clock_gettime(",
      "gettimeofday(", "assay_monotonic_ns", "assay_clock_ns", "ContinuousClock", "SuspendingClock", "sigaction(",
      "waitpid(", "kill(pid",
    ])
  func oneStarter(call: String) throws {
    let users = try Self.files().filter { $0.target != "Platform" && $0.text.contains(call) }.map(\.name)
    #expect(users.isEmpty, "\(call) belongs into Platform")
  }

  @Test(
    "Platform and Machine do without Foundation, so that the worker can link them",
    arguments: ["Platform", "Machine"])
  func withoutFoundation(target: String) throws {
    let files = try Self.files().filter { $0.target == target }
    #expect(!files.isEmpty)
    for file in files {
      let imports = file.text.split(separator: "\n").filter { $0.contains("import ") && !$0.hasPrefix("/") }
      #expect(!imports.contains { $0.contains("Foundation") }, "\(file.name)")
    }
  }
}
