import Foundation
import TestSupport
import Testing

@Suite(
  "make install copies programs, the header for plugins, manual page and completion, and make uninstall removes them")
struct InstallationTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private static let texts = [
    "share/bash-completion/completions/assay", "share/fish/vendor_completions.d/assay.fish", "share/man/man1/assay.1",
    "share/zsh/site-functions/_assay",
  ]

  /// Runs a target with the programs that are built: `--old-file` keeps make from building others.
  private func make(_ target: String) throws -> ProgramResult {
    let programs = ["assay", "assay-worker"].map(Sandbox.program)
    return try sandbox.start([
      "/usr/bin/env", "make", "-C", PackageFiles.path(""), "--old-file", programs[0], "--old-file", programs[1], target,
      "ASSAY=\(programs[0])", "WORKER=\(programs[1])", "DESTDIR=\(sandbox.path("root"))", "PREFIX=/opt/assay",
    ]).wait()
  }

  private func installed() throws -> [String] {
    let root = URL(filePath: sandbox.path("root/opt/assay"))
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])?.allObjects
    return try (files ?? []).compactMap { $0 as? URL }
      .filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
      .map { String($0.path.dropFirst(root.path.count + 1)) }.sorted()
  }

  @Test("Both honour DESTDIR and PREFIX, and the texts are those of the program")
  func install() throws {
    let result = try make("install")
    #expect(result.status == 0, "\(result)")
    #expect(try installed() == ["bin/assay", "bin/assay-worker", "include/assay_engine.h"] + Self.texts)
    for text in Self.texts {
      let content = try String(contentsOfFile: sandbox.path("root/opt/assay/\(text)"), encoding: .utf8)
      #expect(content.contains("accuracy") && content.contains("max"), "\(text) is incomplete")
    }
    let completion = sandbox.path("root/opt/assay/\(Self.texts[0])")
    #expect(try sandbox.shell("bash -n '\(completion)'").status == 0)
    let removal = try make("uninstall")
    #expect(removal.status == 0, "\(removal)")
    #expect(try installed().isEmpty)
  }

  @Test("The manual page has every command with its options and examples, and no line that roff takes for a request")
  func manual() throws {
    let result = try sandbox.start([PackageFiles.path("Scripts/make-manual"), Sandbox.program("assay")]).wait()
    #expect(result.status == 0 && result.standardError.isEmpty, "\(result)")
    let lines = result.standardOutput.split(separator: "\n")
    for command in ["bench", "accuracy", "stress", "compare", "results list", "engines install"] {
      #expect(lines.contains(".SS assay \(command)"), "\(command)")
    }
    #expect(lines.contains("\\fB\\-\\-max\\-latency\\fR \\fI<limit>\\fR"))
    #expect(lines.contains("    assay doctor") && lines.contains("\\fIGoals\\fR"))
    let requests: Set<Substring> = [".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".B", ".I", ".RI"]
    for line in lines where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(requests.contains(line.prefix { $0 != " " }), "\(line)")
    }
  }
}
