public import AssayCore

/// Saved runs in the forms that build services show: JUnit's XML, and GitHub's step summary.
public enum BuildReports {
  /// JUnit's XML: a test case per run, in one suite. A failed or interrupted run is a failure, and so is one that a gate failed. One that the
  /// engine cannot run is skipped, and so is one that a gate is unsure of: services show what was skipped, and JUnit has no warnings.
  public static func junit(_ runs: [StoredRun]) -> String {
    let cases = ContinuousBenchmarking.named(runs).map { testCase($1, name: $0) }
    let failures = runs.count { isFailure($0.report) }
    let skipped = runs.count { isSkipped($0.report) }
    let seconds = runs.reduce(0) { $0 + duration($1.report) }
    let counts =
      "tests=\"\(runs.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\" time=\"\(Figures.fixed(seconds, decimals: 3))\""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites \(counts)>
      <testsuite name="assay" \(counts)>
      \(cases.joined(separator: "\n"))
      </testsuite>
      </testsuites>

      """
  }

  private static func isFailure(_ cell: CellReport) -> Bool {
    cell.status == .failed || cell.status == .interrupted || cell.against?.gate.outcome == .fail
  }

  private static func isSkipped(_ cell: CellReport) -> Bool {
    !isFailure(cell) && (cell.status == .unsupported || cell.against?.gate.outcome == .unsure)
  }

  /// What the counted inferences took together, in seconds.
  private static func duration(_ cell: CellReport) -> Double {
    cell.latency.map { $0.mean * Double($0.count) / 1000 } ?? 0
  }

  private static func testCase(_ run: StoredRun, name: String) -> String {
    let cell = run.report
    let figures: [(String, String?)] = [
      ("run", "\(run.id)"), ("p50_ms", RunDocuments.text(cell.latency?.p50)),
      ("p99_ms", RunDocuments.text(cell.latency?.p99)), ("samples_per_s", RunDocuments.text(cell.rate?.samples)),
      ("top1_share", RunDocuments.text(cell.accuracy?.top(1)?.share)), ("commit", cell.origin?.commit),
      ("note", cell.origin?.note),
    ]
    let properties = figures.compactMap { name, value in
      value.map { "<property name=\"\(name)\" value=\"\(HTML.escaped($0))\"/>" }
    }
    let gate = run.gateLine
    let error = HTML.escaped(cell.error?.description ?? gate ?? "")
    let message = HTML.escaped(cell.error?.message ?? gate ?? cell.status.rawValue)
    let type = cell.error?.code.rawValue ?? (gate == nil ? cell.status.rawValue : "fail_above")
    let passed = gate.map { "<system-out>\(HTML.escaped($0))</system-out>" } ?? ""
    let ending =
      isFailure(cell)
      ? "<failure message=\"\(message)\" type=\"\(type)\">\(error)</failure>"
      : isSkipped(cell) ? "<skipped message=\"\(message)\"/>" : passed
    return """
      <testcase classname="assay.\(run.kind.rawValue)" name="\(HTML.escaped(name))" time="\(Figures.fixed(duration(cell), decimals: 3))">
      <properties>\(properties.joined())</properties>\(ending)
      </testcase>
      """
  }

  /// Markdown for `$GITHUB_STEP_SUMMARY`: a table of the runs, then what gates said, their commits, notes and errors.
  public static func githubSummary(_ runs: [StoredRun]) -> String {
    let failed = runs.count { isFailure($0.report) }
    let lines = RunOrigin.texts(runs.map(\.report)).map { "- \(HTML.escaped($0))" }
    let errors = runs.compactMap { run in
      run.report.error.map { "- Run \(run.id): \(HTML.escaped($0.message.printable))" }
    }
    let title = "### Assay: \(runs.count) run\(runs.count == 1 ? "" : "s")\(failed > 0 ? ", \(failed) failed" : "")\n"
    let gates = runs.compactMap { $0.gateLine.map { "- \($0)" } }
    return ([title, RunList.markdown(runs)] + gates + lines + errors).joined(separator: "\n") + "\n"
  }
}
