public import AssayCore
import EngineKit
import Engines
import Launching

/// Looks at the machine and opens every engine, each in a worker of its own.
public enum Diagnosis {
  public static func make() throws(AssayError) -> DiagnosisReport {
    DiagnosisReport(host: Host.describe(), engines: try engines())
  }

  /// - Throws: where there is no worker to open them in.
  public static func engines() throws(AssayError) -> [EngineDiagnosis] {
    // A library that does not open within this time is as good as broken.
    let worker = Worker(executable: try WorkerLocation.find(), timeLimit: 60)
    return EngineCatalogue.all.map { type in
      let engine = type.description
      var opened: OpenedEngine?
      let error = worker.run(WorkerRequest(.describeEngine(name: engine.name, library: nil))) { message, _ in
        if case .engineOpened(let description) = message { opened = description }
      }
      return EngineDiagnosis(
        name: engine.name, displayName: engine.displayName,
        formats: engine.formats.sorted { $0.rawValue < $1.rawValue },
        opened: opened, error: error)
    }
  }
}
