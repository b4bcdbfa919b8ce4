import TestSupport
import Testing

@Suite("--against compares a run with a saved one")
struct AgainstTests {
  private let sandbox: Sandbox
  private static let enough = ["--runs", "2000", "--warm-up", "0"]

  init() throws { sandbox = try Sandbox() }

  private func bench(microseconds: Double, _ options: String...) throws -> ProgramResult {
    // The same name, so that each is a new version of the same model.
    let model = try sandbox.model("m", microseconds: microseconds)
    return try sandbox.start([Sandbox.program("assay"), "bench", model] + Self.enough + options).wait()
  }

  @Test("A slowdown above --fail-above gives status 3 and says by how much")
  func regression() throws {
    #expect(try bench(microseconds: 200, "--baseline", "main").status == 0)
    let slower = try bench(microseconds: 400, "--against", "main", "--fail-above", "5%")
    #expect(slower.status == 3, "\(slower)")
    #expect(slower.standardOutput.contains("× slower than run 1"), "\(slower)")
    let allowed = try bench(microseconds: 400, "--against", "main", "--fail-above", "300%")
    #expect(allowed.status == 0, "\(allowed)")
    let faster = try bench(microseconds: 100, "--against", "main", "--fail-above", "5%")
    #expect(faster.status == 0, "\(faster)")
    #expect(faster.standardOutput.contains("× faster than run 1"), "\(faster)")
  }

  @Test("One bench can compare with a baseline and move it")
  func moved() throws {
    #expect(try bench(microseconds: 200, "--baseline", "main").status == 0)
    let result = try bench(microseconds: 400, "--against", "main", "--baseline", "main", "--fail-above", "5%")
    #expect(result.status == 3, "\(result)")
    let list = try sandbox.assay("results", "list", "--tag", "main")
    #expect(list.standardOutput.contains("main"), "\(list)")
    let again = try bench(microseconds: 400, "--against", "main", "--fail-above", "20%")
    #expect(again.status == 0, "\(again)")
  }

  @Test("An unknown reference and a cell without a counterpart are usage errors")
  func unknown() throws {
    #expect(try bench(microseconds: 20, "--baseline", "main").status == 0)
    let unknown = try bench(microseconds: 20, "--against", "mian")
    #expect(unknown.status == 64, "\(unknown)")
    #expect(unknown.standardError.contains("main"), "\(unknown)")
    #expect(unknown.standardOutput.isEmpty)
    let other = try sandbox.model("other", microseconds: 21)
    let result = try sandbox.start(
      [Sandbox.program("assay"), "bench", other, "--against", "main", "--fail-above", "5%"] + Self.enough
    ).wait()
    #expect(result.status == 64, "\(result)")
    #expect(result.standardError.contains("'main' has no run of other.synthetic"), "\(result)")
    let unsaved = try sandbox.assay("bench", other, "--against", "main", "--no-save")
    #expect(unsaved.status == 64, "\(unsaved)")
  }

  @Test("A model is found again where it has moved, and not under other options")
  func copied() throws {
    #expect(try bench(microseconds: 30, "--baseline", "main").status == 0)
    let copy = try sandbox.model("copy", microseconds: 30)
    func against(_ options: String...) throws -> ProgramResult {
      try sandbox.start(
        [Sandbox.program("assay"), "bench", copy, "--against", "main", "--fail-above", "900%"] + Self.enough + options
      ).wait()
    }
    let found = try against()
    #expect(found.status == 0 && found.standardOutput.contains("copy.synthetic@synthetic"), "\(found)")
    let shaped = try against("--batch", "2")
    #expect(shaped.status == 64, "\(shaped)")
    #expect(
      shaped.standardError.contains("has no run of copy.synthetic on synthetic with the same options"), "\(shaped)")
  }

  @Test("A repeated run is compared with the original")
  func repeated() throws {
    #expect(try bench(microseconds: 50).status == 0)
    let result = try sandbox.assay("results", "repeat", "last")
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.contains("\nrun 1  "), "\(result)")
    #expect(result.standardOutput.contains("\nrun 2  "), "\(result)")
  }
}
