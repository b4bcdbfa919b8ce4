import TestSupport
import Testing

@Suite("Every command has help")
struct HelpTests {
  @Test(
    "The help texts are those that were reviewed",
    arguments: [
      [], ["doctor"], ["engines"], ["engines", "build"], ["engines", "install"], ["engines", "list"],
      ["engines", "test"], ["bench"],
      ["accuracy"], ["stress"],
      ["streams"],
      ["scenario"], ["load"],
      ["run"],
      ["compare"],
      ["convert"],
      ["inspect"],
      ["image-class"],
      ["models"], ["models", "check"], ["models", "get"], ["models", "info"], ["models", "list"],
      ["study"], ["study", "check"], ["study", "report"], ["study", "run"],
      ["sweep"],
      ["report"],
      ["results"],
      ["results", "delete"], ["results", "export"], ["results", "list"], ["results", "merge"], ["results", "repeat"],
      ["results", "show"],
      ["results", "tag"], ["results", "trend"], ["schema"],
    ])
  func help(command: [String]) throws {
    let result = try Sandbox().start([Sandbox.program("assay")] + command + ["--help"], environment: ["COLUMNS": "100"])
      .wait()
    #expect(result.status == 0 && result.standardError.isEmpty, "\(result)")
    #expect(result.standardOutput.contains("USAGE: assay"))
    try expectSnapshot(result.standardOutput, named: (["assay"] + command).joined(separator: "-"))
  }

  @Test("--version prints the version")
  func version() throws {
    let result = try Sandbox().assay("--version")
    #expect(result.status == 0)
    #expect(result.standardOutput == "0.1.0\n")
  }
}
