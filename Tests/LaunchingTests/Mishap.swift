import AssayCore
import Testing

/// What a library may do to its worker, by the synthetic engine's name for it, and how it is told.
struct Mishap: CustomTestStringConvertible {
  let kind: String
  let code: AssayError.Code
  let cause: String
  var testDescription: String { kind }

  static let all = [
    Mishap(kind: "crash", code: .crashed, cause: "died of SIGSEGV"),
    Mishap(kind: "abort", code: .crashed, cause: "died of SIGABRT"),
    Mishap(kind: "kill", code: .crashed, cause: "died of SIGKILL"),
    Mishap(kind: "exit", code: .crashed, cause: "left with status 7"),
    Mishap(kind: "hang", code: .timedOut, cause: "took longer than 1.5 s"),
    Mishap(kind: "fail", code: .inferenceFailed, cause: "failed at inference"),
  ]
}
