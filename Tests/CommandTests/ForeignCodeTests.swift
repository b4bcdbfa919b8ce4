import Foundation
import TestSupport
import Testing

@Suite("Assay runs no code of the current folder, of PYTHONPATH or of the user's own packages")
struct ForeignCodeTests {
  private let sandbox: Sandbox
  /// The file that all foreign code writes to.
  private let mark: String
  private static let modules = [
    "json", "pip", "ensurepip", "venv", "vl_convert", "sitecustomize", "usercustomize", "subprocess", "zipfile", "re",
  ]

  init() throws {
    sandbox = try Sandbox()
    mark = sandbox.path("ran")
    let code = Data("open(\(Self.python(mark)), 'a').write(__name__ + '\\n')\n".utf8)
    let version = try sandbox.shell("python3 -c 'import sys; print(*sys.version_info[:2], sep=\".\")'").standardOutput
      .trimmingCharacters(in: .newlines)
    for folder in ["here", "path", "home/.local/lib/python\(version)/site-packages"] {
      try FileManager.default.createDirectory(atPath: sandbox.path(folder), withIntermediateDirectories: true)
      for module in Self.modules { try sandbox.write(code, to: "\(folder)/\(module).py") }
    }
    for program in ["python", "python3", "pip", "nvidia-smi", "sh", "ssh", "assay-worker"] {
      _ = try sandbox.script("here/\(program)", "echo \(program) >> '\(mark)'")
    }
  }

  private static func python(_ text: String) -> String { "'\(text)'" }

  private var foreign: [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return [
      "PATH": ".::\(path)", "PYTHONPATH": "\(sandbox.path("path")):.", "PYTHONSTARTUP": sandbox.path("here/json.py"),
      "PYTHONUSERBASE": sandbox.path("home/.local"), "PYTHONHOME": "", "PIP_NO_INDEX": "1", "PIP_USER": "1",
    ]
  }

  private func run(_ line: String, _ variables: [String: String] = [:]) throws -> ProgramResult {
    try sandbox.shell("cd here && \(line)", environment: foreign.merging(variables) { $1 })
  }

  private var foreignCode: String { (try? String(contentsOfFile: mark, encoding: .utf8)) ?? "" }

  @Test("A Python that is not isolated runs it, so that these tests can fail")
  func control() throws {
    _ = try run(
      "/usr/bin/env PATH='\(ProcessInfo.processInfo.environment["PATH"] ?? "")' python3 -c 'import vl_convert'")
    #expect(foreignCode.contains("vl_convert") && foreignCode.contains("sitecustomize"), "\(foreignCode)")
  }

  @Test("Charts as SVG are drawn by the installed package alone")
  func report() throws {
    let charts = "data/assay/engines/charts"
    try FileManager.default.createDirectory(
      atPath: sandbox.path("\(charts)/vl_convert"), withIntermediateDirectories: true)
    try sandbox.write(Data("/* the bundle */".utf8), to: "\(charts)/vega-bundle.js")
    try sandbox.write(
      Data("def vegalite_to_svg(specification): return '<svg width=\"960\"/>'\n".utf8),
      to: "\(charts)/vl_convert/__init__.py")
    let model = try sandbox.model()
    let bench = try run("\"$ASSAY\" bench '\(model)' -e synthetic --runs 50 --warm-up 0 --quiet")
    #expect(bench.status == 0, "\(bench)")
    let report = try run("\"$ASSAY\" report --svg charts")
    #expect(report.status == 0, "\(report)")
    #expect(try !FileManager.default.contentsOfDirectory(atPath: sandbox.path("here/charts")).isEmpty)
    #expect(foreignCode == "")
  }

  @Test("Engines are installed by Python's own pip, whose words are shown when it fails")
  func install() throws {
    let result = try run("\"$ASSAY\" engines install litert")
    // There is no index, so nothing can be installed.
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("No matching distribution found"), "\(result)")
    #expect(foreignCode == "")
  }

  @Test("Sensors, engines and workers are looked for elsewhere")
  func programs() throws {
    let model = try sandbox.model()
    let stress = try run("\"$ASSAY\" stress '\(model)' -e synthetic --inferences 50")
    #expect(stress.status == 0, "\(stress)")
    let engines = try run("\"$ASSAY\" doctor")
    #expect(engines.status == 0, "\(engines)")
    #expect(foreignCode == "")
  }
}
