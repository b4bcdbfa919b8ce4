/// The files of a run lie side by side and have a stem in common, so that one of them finds the others.
public enum RunFiles {
  private static let logEnding = ".records"

  /// What the model said of every image.
  public static func predictions(beside recordLog: String) -> String { "\(stem(of: recordLog)).predictions.csv" }

  /// What the sensors said.
  public static func telemetry(beside recordLog: String) -> String { "\(stem(of: recordLog)).telemetry.jsonl" }

  /// The records of the loop around an engine that does nothing. It is removed before the run begins.
  public static func harnessLog(beside recordLog: String) -> String { "\(recordLog).null" }

  /// Every file that a run may have, the record log first.
  public static func all(besideLog recordLog: String) -> [String] {
    [recordLog, harnessLog(beside: recordLog), predictions(beside: recordLog), telemetry(beside: recordLog)]
  }

  private static func stem(of recordLog: String) -> String {
    recordLog.hasSuffix(logEnding) ? String(recordLog.dropLast(logEnding.count)) : recordLog
  }
}
