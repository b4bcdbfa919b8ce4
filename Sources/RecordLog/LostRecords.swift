public import AssayCore

// What others may do to a log while it is written.
extension AssayError {
  public static func removedRecords(_ path: String) -> AssayError { lostRecords(path, "removed") }
  public static func truncatedRecords(_ path: String) -> AssayError { lostRecords(path, "truncated") }

  private static func lostRecords(_ path: String, _ what: String) -> AssayError {
    AssayError(
      .inputOutput, "The record log \(path) was \(what) during the run.",
      advice: "Measure again, and keep other programs away from that folder.")
  }
}
