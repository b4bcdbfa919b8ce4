public import AssayCore
import Launching

/// Looks at a machine and opens every engine, each in a worker of its own.
public enum Diagnosis {
  public static func make(_ machine: Machine) -> DiagnosisReport {
    DiagnosisReport(host: machine.host, engines: engines(machine))
  }

  public static func engines(_ machine: Machine) -> [EngineDiagnosis] {
    machine.engines.map { engine in
      let opened = Result { () throws(AssayError) in try WorkerQuestion.engine(engine.name, machine.launch) }
      var error: AssayError?
      if case .failure(let failure) = opened { error = failure }
      // Only an opened plugin tells its formats.
      let known = try? opened.get()
      return EngineDiagnosis(
        name: engine.name, displayName: known?.displayName ?? engine.displayName,
        formats: known?.formats ?? engine.formats, opened: known, error: error)
    }
  }
}
