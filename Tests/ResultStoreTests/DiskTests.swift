import TestSupport
import Testing

@Suite(
  "A store on a full or read-only disk is an error before anything is measured",
  .enabled(if: FullDisk.mountCommand != nil, "mounting a small disk is not permitted here"))
struct DiskTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Runs shell commands in a mount namespace of their own.
  private func onDisk(_ lines: String) throws -> ProgramResult {
    _ = try sandbox.model("m")
    let script = try sandbox.script("disk.sh", lines)
    return try sandbox.shell("mkdir -p disk && \(try #require(FullDisk.mountCommand)) sh '\(script)'")
  }

  private static let bench = "\"$ASSAY\" bench m.synthetic --runs 20 --warm-up 0 --store disk/results.sqlite"

  @Test("A full disk is an error")
  func full() throws {
    let result = try onDisk("mount -t tmpfs -o size=40k none disk; \(Self.bench)")
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("no space on the disk for the store disk/results.sqlite"), "\(result)")
    #expect(result.standardOutput.isEmpty, "\(result)")
  }

  @Test("A read-only disk is an error")
  func readOnly() throws {
    let result = try onDisk(
      "mount -t tmpfs -o size=4m none disk; \(Self.bench) -q && mount -o remount,ro disk; \(Self.bench)")
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("SQLite needs to write in its folder"), "\(result)")
    #expect(result.standardOutput.isEmpty, "\(result)")
  }
}
