import AssayCore

/// How far a study is on a host.
public struct StudyProgress: Hashable, Sendable {
  /// Cells of the plan.
  public internal(set) var total = 0
  /// Those that had ended before.
  public private(set) var doneBefore = 0
  public private(set) var ok = 0
  public private(set) var failed = 0
  public private(set) var unsupported = 0
  public private(set) var interrupted = 0
  /// An estimate for the cells that are left.
  public internal(set) var secondsLeft = 0.0

  public init() {}

  /// What `counts` gave.
  public init(counts: [Int]) {
    (total, doneBefore, ok) = (counts[0], counts[1], counts[2])
    (failed, unsupported, interrupted) = (counts[3], counts[4], counts[5])
  }

  /// All but the time.
  public var counts: [Int] { [total, doneBefore, ok, failed, unsupported, interrupted] }

  /// Cells that have ended, now or before.
  public var done: Int { ok + failed + unsupported }

  mutating func skip(_ status: CellStatus) {
    doneBefore += 1
    count(status)
  }

  mutating func add(_ cell: CellReport, expected: Double) {
    count(cell.status)
    secondsLeft = max(0, secondsLeft - expected)
  }

  mutating func count(_ status: CellStatus) {
    switch status {
    case .ok: ok += 1
    case .failed: failed += 1
    case .unsupported: unsupported += 1
    case .interrupted: interrupted += 1
    }
  }

  /// Of several hosts, which work side by side.
  public static func together(_ hosts: [StudyProgress]) -> StudyProgress {
    var all = StudyProgress()
    for host in hosts {
      all.total += host.total
      all.doneBefore += host.doneBefore
      all.ok += host.ok
      all.failed += host.failed
      all.unsupported += host.unsupported
      all.interrupted += host.interrupted
      all.secondsLeft = max(all.secondsLeft, host.secondsLeft)
    }
    return all
  }
}
