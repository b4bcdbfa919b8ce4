import AssayCore

/// The results of `assay engines test` as text.
public enum EngineTestText {
  /// A line for a case, and one for each thing that is wrong.
  public static func lines(name: String, failures: [String]) -> String {
    let lines = failures.flatMap { $0.printableLines.split(separator: "\n") }
    return "  \(failures.isEmpty ? "✓" : "✗") \(name.printable)\n" + lines.map { "      \($0)\n" }.joined()
  }

  /// - Parameter hasModels: whether models were tested, too.
  public static func summary(count: Int, failed: Int, hasModels: Bool) -> String {
    let hint = hasModels ? "" : " Give --models to test it with models."
    return failed == 0
      ? "\nAll \(count) cases passed.\(hint)\n" : "\n\(failed) of \(count) cases failed.\(hint)\n"
  }
}
