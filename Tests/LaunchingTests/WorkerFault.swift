import AssayCore
import Testing

/// A fault that a library can cause in its worker, by the synthetic engine's name for it, and how Assay reports it.
struct WorkerFault: CustomTestStringConvertible {
  let kind: String
  let code: AssayError.Code
  let cause: String
  var testDescription: String { kind }

  static let all = [
    WorkerFault(kind: "crash", code: .crashed, cause: "died of SIGSEGV"),
    WorkerFault(kind: "abort", code: .crashed, cause: "died of SIGABRT"),
    WorkerFault(kind: "kill", code: .crashed, cause: "died of SIGKILL"),
    WorkerFault(kind: "exit", code: .crashed, cause: "left with status 7"),
    WorkerFault(kind: "hang", code: .timedOut, cause: "took longer than 1.5 s"),
    WorkerFault(kind: "fail", code: .inferenceFailed, cause: "failed at inference"),
  ]
}
