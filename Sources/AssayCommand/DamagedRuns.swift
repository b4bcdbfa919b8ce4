import ArgumentParser
import AssayCore

/// Saved runs that a command cannot read. It shows the others, says which are missing and why, and ends with the status of damaged data.
final class DamagedRuns {
  private var messages: Set<String> = []

  var isEmpty: Bool { messages.isEmpty }

  func note(_ error: AssayError) {
    guard messages.insert(error.message).inserted else { return }
    Terminal.message("assay: \(error)")
  }

  /// Ends the command if there are any. What it could show must be written by then.
  func leave() throws {
    if !isEmpty { throw ExitCode(ExitStatus.damaged) }
  }
}
