public import AssayCore
public import Study

/// What a terminal shows of a study that is planned or measured.
public enum StudyRunText {
  /// Models that converters make.
  public struct Conversions: Sendable {
    public var count: Int
    /// That they probably take, without what is kept from before.
    public var seconds: Double

    public init(count: Int, seconds: Double) { (self.count, self.seconds) = (count, seconds) }
  }

  /// A line per host: cells, those that are done, those that are left and how long they probably take.
  ///
  /// - Parameters:
  ///   - isDone: whether a cell is not to be measured again.
  ///   - listsCells: whether to list the cells in their order, too.
  public static func plan(
    _ study: StudyFile, _ plan: StudyPlan, conversions: Conversions, isDone: (StudyPlan.Cell) -> Bool,
    listsCells: Bool
  ) -> String {
    var table = TextTable([
      .init(title: "HOST", alignment: .left), .init(title: "CELLS", alignment: .right),
      .init(title: "DONE", alignment: .right), .init(title: "LEFT", alignment: .right),
      .init(title: "EXPECTED", alignment: .right),
    ])
    var longest = 0.0
    for (index, host) in study.hosts.enumerated() {
      let cells = plan.cells(ofHost: index)
      guard !cells.isEmpty else { continue }
      let left = cells.filter { !isDone($0) }
      let cooling = (study.coolDown?.seconds ?? 0) * Double(max(left.count - 1, 0))
      let seconds = left.reduce(cooling) { $0 + study.expectedSeconds($1) }
      longest = max(longest, seconds)
      table.add([
        host.name + (host.via.map { " (\($0))" } ?? ""), "\(cells.count)", "\(cells.count - left.count)",
        "\(left.count)", left.isEmpty ? "–" : Figures.duration(seconds),
      ])
    }
    var lines = ["\(study.name): \(count(plan.cells.count, "cell"))"] + table.terminalLines()
    if conversions.count > 0 {
      let time = conversions.seconds > 0 ? "about \(Figures.duration(conversions.seconds))" : "kept from before"
      lines.append("Converted: \(count(conversions.count, "model")), \(time).")
      longest += conversions.seconds
    }
    if longest > 0 {
      let hosts = Set(plan.cells.map(\.host)).count > 1 ? "; hosts work side by side" : ""
      lines.append("Expected: \(Figures.duration(longest))\(hosts).")
    }
    for omission in plan.omissions {
      lines.append("Left out: \(count(omission.cells, "cell"))" + (omission.reason.map { ": \($0)" } ?? ""))
    }
    if listsCells {
      lines += plan.cells.map { cell in
        let name = study.membership(cell)
        return "\(isDone(cell) ? "done" : "    ") \(name.host): \(Self.name(name, repeats: study.repeats))"
      }
    }
    return lines.map(\.printable).joined(separator: "\n") + "\n"
  }

  /// `[3/200] MobileNet v2 on lite, speed: 4.120 ms, 2 min left`
  ///
  /// - Parameters:
  ///   - ended: how many cells of the host have ended, of `total`.
  ///   - host: its name, if there are several.
  public static func line(
    _ cell: CellReport, ended: Int, total: Int, secondsLeft: Double, host: String?, repeats: Int
  ) -> String {
    let place = host.map { "\($0) " } ?? ""
    let name = cell.study.map { Self.name($0, repeats: repeats) } ?? "\(cell.model.name) on \(cell.target)"
    let left = ended < total ? ", \(Figures.duration(secondsLeft)) left" : ""
    return "[\(place)\(ended)/\(total)] \(name): \(outcome(cell))\(left)"
  }

  private static func outcome(_ cell: CellReport) -> String {
    guard cell.status == .ok else {
      return "\(cell.status.rawValue)" + (cell.error.map { ". \($0.message)" } ?? "")
    }
    var parts: [String] = []
    if let top = cell.accuracy?.top(1), let share = top.share { parts.append("top-1 \(Figures.percent(share))") }
    if let median = cell.latency?.p50 { parts.append(Figures.milliseconds(median)) }
    return parts.isEmpty ? "ok" : parts.joined(separator: ", ")
  }

  private static func name(_ cell: StudyMembership, repeats: Int) -> String {
    "\(cell.model) on \(cell.target), \(cell.measure)" + (repeats > 1 ? ", \(cell.repetition) of \(repeats)" : "")
  }

  /// The end of a study, in a sentence.
  public static func summary(
    _ study: String, total: Int, ok: Int, failed: Int, unsupported: Int, doneBefore: Int
  ) -> String {
    var parts = ["\(ok) ok"]
    if failed > 0 { parts.append("\(failed) failed") }
    if unsupported > 0 { parts.append("\(unsupported) that their engine cannot run") }
    if doneBefore > 0 { parts.append("\(doneBefore) of them before") }
    let left = total - ok - failed - unsupported
    let rest = left > 0 ? " \(count(left, "cell")) \(left == 1 ? "is" : "are") left." : ""
    return
      "\(study): \(ok + failed + unsupported) of \(count(total, "cell")) done (\(parts.joined(separator: ", "))).\(rest)"
  }

  /// Runs that the study does not have any more.
  public static func strays(_ count: Int) -> String {
    "\(self.count(count, "earlier cell")) of this study \(count == 1 ? "is" : "are") not in it now; what \(count == 1 ? "it has" : "they have") measured stays."
  }

  /// Runs that a report does not use.
  public static func leftOut(_ count: Int) -> String {
    "\(self.count(count, "earlier cell")) of a study of this name \(count == 1 ? "is" : "are") not in this one, or \(count == 1 ? "has" : "have") changed since; the report leaves \(count == 1 ? "it" : "them") out."
  }

  /// What a merge of stores added.
  public static func merged(_ path: String, _ added: [Int64], same: Int) -> String {
    let range =
      added.first.flatMap { first in added.last.map { first == $0 ? " (\(first))" : " (\(first) – \($0))" } } ?? ""
    let known = same > 0 ? "; \(count(same, "run")) \(same == 1 ? "was" : "were") here already" : ""
    return "\(path): \(count(added.count, "run")) added\(range)\(known)."
  }

  private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}
