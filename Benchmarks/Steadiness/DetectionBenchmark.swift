import AssayCore
import Glibc
import RecordLog
import SimulatedRuns
import Steadiness

/// How often the analysis of a long run finds what is there, and how often what is not, over many seeds of simulated three-hour runs.
///
///     steadiness detection [SEEDS] [CASE]     CASE: only cases whose names begin with it
enum DetectionBenchmark {
  static func run(_ arguments: [String]) async {
    let seeds = max(1, arguments.first.flatMap { Int($0) } ?? 100)
    let wanted = arguments.dropFirst().first ?? ""
    print("\(seeds) seeds a case")
    print(row(["case", "right", "asked", "also or instead", "s of CPU a run"]))
    for test in DetectionCase.all where test.name.hasPrefix(wanted) {
      let start = clock()
      let outcomes = await outcomes(of: test, seeds: seeds)
      let wrong = outcomes.filter { !$0.isRight }
      let kinds = Dictionary(grouping: wrong.map(\.description)) { $0 }.map { "\($0.key) ×\($0.value.count)" }
      print(
        row([
          test.name, percent(outcomes.count - wrong.count, of: outcomes.count), test.asked,
          kinds.sorted().prefix(6).joined(separator: "; "),
          "\((Double(clock() - start) / 1e4 / Double(seeds)).rounded() / 100)",
        ]))
      fflush(nil)
    }
  }

  private static func outcomes(of test: DetectionCase, seeds: Int) async -> [Outcome] {
    await withTaskGroup(of: [Outcome].self) { group in
      let workers = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
      for worker in 0..<workers {
        group.addTask { stride(from: worker, to: seeds, by: workers).map { test.outcome(seed: UInt64($0 + 1)) } }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  private static func percent(_ part: Int, of whole: Int) -> String {
    "\((Double(part) / Double(max(whole, 1)) * 10_000).rounded() / 100) %"
  }

  private static func row(_ cells: [String]) -> String {
    zip(cells, [34, 10, 9, 60, 10]).map { $0 + String(repeating: " ", count: max(1, $1 - $0.count)) }.joined()
  }
}

/// The result of one seed.
struct Outcome: Sendable {
  let isRight: Bool
  let description: String
}
