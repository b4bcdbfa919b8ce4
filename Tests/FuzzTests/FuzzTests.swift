import Foundation
import Fuzzing
import TestSupport
import Testing

/// Each reader is tried by the program `fuzz`, in a process of its own: `make fuzz` does the same with a million inputs.
@Suite("Damaged inputs are read or refused, and never end a reader")
struct FuzzTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func fuzz(_ reader: String, _ options: String...) throws -> ProgramResult {
    let program = "\(Sandbox.debugFolder)/fuzz"
    let arguments = ["--reader", reader, "--tests", PackageFiles.path("Tests")] + options
    return try sandbox.start([program] + arguments).wait(seconds: 120)
  }

  @Test("A few inputs of every reader are read or refused", arguments: FuzzedReaders.all.map(\.name))
  func readers(name: String) throws {
    let share = try #require(FuzzedReaders.reader(named: name)).share
    let count = max(40, 20 * share)
    let result = try fuzz(name, "--seed", "1", "--count", "\(count)", "--seconds", "60")
    #expect(result.status == 0, "\(result)")
    let counts = result.standardOutput.split(separator: "\n").last?.split(separator: " ").compactMap { Int($0) } ?? []
    try #require(counts.count > 3, "\(result)")
    let (accepted, refused) = (counts[1], counts[2])
    #expect(accepted > 0, "no damage gets past the first checks: \(result)")
    // Of a log that is damaged in a few places the rest is read.
    if count >= 300 { #expect(refused > 0, "the reader checks nothing: \(result)") }
  }

  @Test(
    "A reader that fails is found, with its seed and its input",
    arguments: [("crashes", "signal"), ("hangs", "takes over 1 s"), ("hoards", "signal"), ("misreads", "is misread")])
  func failures(name: String, words: String) throws {
    let result = try fuzz(name, "--seed", "3", "--first", "5", "--count", "1", "--seconds", "1")
    #expect(result.status == 1 && result.standardOutput.contains("\(name), seed 3, input 5"), "\(result)")
    #expect(result.standardOutput.contains(words), "\(result)")
    let kept = try #require(result.standardOutput.split(separator: " ").first { $0.hasSuffix(".input;") })
    #expect(try sandbox.shell("test -s '\(kept.dropLast())' && rm '\(kept.dropLast())'").status == 0)
  }

  @Test("What Documentation/Reliability.md names as a test is one")
  func documentedTests() throws {
    let page = try String(contentsOfFile: PackageFiles.path("Documentation/Reliability.md"), encoding: .utf8)
    let names = page.split(separator: "`").filter { $0.hasSuffix("Tests") && $0 != "Tests" }
    #expect(names.count > 20)
    let tests = try #require(FileManager.default.enumerator(atPath: PackageFiles.path("Tests")))
    let files = Set(tests.compactMap { ($0 as? String)?.split(separator: "/").last })
    #expect(Set(names).filter { !files.contains("\($0).swift") } == [])
  }

  @Test("The seed determines the inputs")
  func seeds() throws {
    let bench = Workbench(folder: sandbox.folder, tests: PackageFiles.path("Tests"))
    let reader = try #require(FuzzedReaders.reader(named: "predictions")).make(bench)
    #expect((0..<50).allSatisfy { reader.input($0, seed: 1) == reader.input($0, seed: 1) })
    #expect((0..<50).contains { reader.input($0, seed: 1) != reader.input($0, seed: 2) })
  }
}
