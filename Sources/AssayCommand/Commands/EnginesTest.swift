import ArgumentParser
import Assay
import AssayCore
import Platform
import Report

struct EnginesTest: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Tests whether an engine does what every engine must, each case in a process of its own.",
    discussion: """
      For authors of plugins. Without --models, it tests what needs no model. The folder has models and an expected.json \
      that says what the engine must make of them. The exit status is 1 if a case fails.
      """)

  static let examples = ["assay engines test ./dense.so --models models"]

  @Argument(
    help: .init("A plugin, by its path, or an engine, by its name.", valueName: "plugin"), completion: .file())
  var engine: String

  @Option(
    help: .init("Folder with models and expected.json, which says what must come out.", valueName: "folder"),
    completion: .directory)
  var models: String?

  @Option(
    parsing: .unconditional, help: .init("Seconds after which a case counts as hanging.", valueName: "seconds"))
  var caseTimeout = 60.0

  func validate() throws {
    try Bounds.check(caseTimeout, 0.1...Bounds.week, "--case-timeout")
    _ = try target()
  }

  func run() throws {
    let interrupts = try InterruptListener()
    let tests = try EngineTestRun(
      try target(), models: models, seconds: caseTimeout, on: .local(interrupts: interrupts), interrupts: interrupts)
    let sink = try TextSink(path: "-")
    var failed = 0
    for name in tests.names {
      let result = try tests.run(name)
      if !result.failures.isEmpty { failed += 1 }
      try sink.write(EngineTestText.lines(name: result.name, failures: result.failures))
    }
    try sink.write(EngineTestText.summary(count: tests.names.count, failed: failed, hasModels: models != nil))
    try sink.close()
    if failed > 0 { throw ExitCode(1) }
  }

  private func target() throws -> Target {
    let isPath = engine.contains("/") || engine.hasSuffix(Target.pluginSuffix)
    guard let target = Target(isPath ? "plugin:\(engine)" : engine), target.device == Target.defaultDevice else {
      throw ValidationError("'\(engine.printable)' is neither the path of a plugin nor the name of an engine.")
    }
    return target
  }
}
