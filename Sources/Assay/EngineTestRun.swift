public import AssayCore
import Launching
public import Platform

/// The suite that every engine must pass, each case in a process of its own: a library that crashes or hangs costs one case.
public struct EngineTestRun {
  /// How one case ended.
  public struct Result: Sendable {
    /// A sentence.
    public let name: String
    /// What is wrong; empty where the engine does what it must.
    public let failures: [String]
  }

  /// Of all cases, in order.
  public let names: [String]
  private let test: EngineTest
  private let machine: Machine
  private let seconds: Double
  private let interrupts: InterruptListener?

  /// - Parameters:
  ///   - target: an engine by its name, or a plugin by its path.
  ///   - models: a folder with models and `expected.json`; `nil` for the cases that need no model.
  ///   - seconds: after which a case counts as hanging.
  /// - Throws: `.usage` if Assay does not know the engine; `.engineUnavailable` and others if it cannot be opened; `.badData` for the models.
  public init(
    _ target: Target, models: String?, seconds: Double, on machine: Machine, interrupts: InterruptListener? = nil
  ) throws(AssayError) {
    try machine.check([target])
    test = EngineTest(engine: target.engine, library: target.plugin, models: models)
    self.machine = machine
    self.seconds = seconds
    self.interrupts = interrupts
    names = try WorkerQuestion.test(test, machine.launch, timeLimit: seconds, interrupts: interrupts)
  }

  /// Runs a case.
  ///
  /// - Throws: `.interrupted`
  public func run(_ name: String) throws(AssayError) -> Result {
    var test = test
    test.caseName = name
    do throws(AssayError) {
      let failures = try WorkerQuestion.test(test, machine.launch, timeLimit: seconds, interrupts: interrupts)
      return Result(name: name, failures: failures)
    } catch {
      if error.code == .interrupted { throw error }
      return Result(name: name, failures: ["\(error)"])
    }
  }
}
