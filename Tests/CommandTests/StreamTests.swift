import Foundation
import TestSupport
import Testing

@Suite("Closed streams and odd names are handled")
struct StreamTests {
  private let sandbox: Sandbox
  private static let bench = #""$ASSAY" bench --runs 20 --warm-up 0"#

  init() throws {
    sandbox = try Sandbox()
    _ = try sandbox.model("ok")
  }

  @Test("If the reader of standard output leaves early, that is no error and files are still written")
  func earlyReader() throws {
    let line = "{ \(Self.bench) ok.synthetic --json out.json; echo $? > status; } | head -1"
    let result = try sandbox.shell(line)
    #expect(result.standardOutput.split(separator: "\n").count == 1)
    #expect(result.standardError.isEmpty, "\(result)")
    #expect(try text("status") == "0\n")
    #expect(try text("out.json").contains("\"status\" : \"ok\""))

    let closed = try sandbox.shell("{ \(Self.bench) ok.synthetic; echo $? > status; } | true")
    #expect(closed.standardError.isEmpty, "\(closed)")
    #expect(try text("status") == "0\n")
  }

  @Test(
    "With closed standard streams, files are still written correctly",
    arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
  func closedStreams(redirection: String) throws {
    let result = try sandbox.shell("\(Self.bench) ok.synthetic --json out.json --csv out.csv \(redirection)")
    #expect(result.status == 0, "\(result)")
    #expect(try text("out.json").hasPrefix("{\n") && text("out.json").hasSuffix("}\n"))
    #expect(try text("out.csv").hasPrefix("run,date_utc,"))
    #expect(try text("ok.synthetic").hasPrefix("{\"latency\""))
  }

  @Test("A full standard output is an output error")
  func fullOutput() throws {
    for command in ["bench --runs 5 --warm-up 0 ok.synthetic", "doctor", "engines list --json"] {
      let result = try sandbox.shell(#""$ASSAY" \#(command) > /dev/full"#)
      #expect(result.status == 74, "\(command): \(result)")
      #expect(result.standardError.contains("Cannot write standard output: No space left on device."), "\(command)")
    }
  }

  @Test("Engines are listed even without a home folder")
  func noHome() throws {
    for option in ["", "--json"] {
      let result = try sandbox.shell("env -u HOME -u XDG_DATA_HOME \"$ASSAY\" engines list \(option)")
      #expect(result.status == 0 && result.standardError.isEmpty, "\(result)")
      #expect(result.standardOutput.contains("synthetic"))
    }
  }

  @Test("A name that is not UTF-8 is refused with a way out")
  func invalidUTF8() throws {
    let result = try sandbox.shell(
      "name=$(printf '\\377\\376.synthetic') && cp ok.synthetic \"$name\" && \(Self.bench) \"$name\"")
    #expect(result.status == 64 && result.standardError.contains("is not UTF-8"), "\(result)")
    #expect(result.standardError.contains("ln -s FILE"), "\(result)")
  }

  @Test("After --, a name may begin with dashes")
  func dashes() throws {
    let result = try sandbox.shell("cp ok.synthetic ./--help.synthetic && \(Self.bench) -- --help.synthetic")
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.contains("--help.synthetic · "))
  }

  @Test("doctor and engines list write JSON that includes the synthetic engine")
  func diagnosis() throws {
    let doctor = try sandbox.assay("doctor", "--json")
    let diagnosis = try #require(
      JSONSerialization.jsonObject(with: Data(doctor.standardOutput.utf8)) as? [String: Any])
    #expect(doctor.status == 0 && diagnosis["host"] is [String: Any])
    let list = try sandbox.assay("engines", "list", "--json")
    let listed = try #require(
      JSONSerialization.jsonObject(with: Data(list.standardOutput.utf8)) as? [String: Any])
    let engines = try #require(listed["engines"] as? [[String: Any]])
    let synthetic = try #require(engines.first { $0["name"] as? String == "synthetic" })
    #expect((synthetic["opened"] as? [String: Any])?["version"] is String)
    for text in try [sandbox.assay("doctor"), sandbox.assay("engines", "list")] {
      #expect(text.status == 0 && text.standardOutput.contains("✓ Synthetic 1 (synthetic)"))
    }
  }

  private func text(_ name: String) throws -> String { try String(contentsOfFile: sandbox.path(name), encoding: .utf8) }
}
