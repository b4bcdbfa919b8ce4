import AssayCore
import Launching
import RecordLog

/// Live cells, measured in turns: rounds in each of which every cell runs one block, in random order, so that whatever changes on the machine
/// changes them all.
///
/// Each cell has a worker of its own, which stays loaded and sleeps between its blocks. Workers load and warm up one after the other. All that
/// this process has to compute, it computes between blocks.
final class InterleavedMeasurement {
  /// What became of one cell.
  struct Member {
    let plan: CellPlan
    var outcome = WorkerOutcome()
    /// What counts of its blocks, by round, in nanoseconds.
    var blocks: [[UInt64]] = []
    var failure: AssayError?
    fileprivate var log: RecordLogReader?
  }

  private(set) var members: [Member]
  /// Rounds that every cell has been through.
  private(set) var rounds = 0
  private(set) var length: BlockLength?
  private(set) var seconds = 0.0

  private let group: WorkerGroup
  private let maximumSeconds: Double
  private var random: SplitMix64
  private var start = 0.0

  /// Why the rounds end before they are precise.
  private enum Halt: Error { case failed, interrupted, timeIsUp }

  /// - Parameter seed: of the order of the cells in each round.
  init(_ plans: [CellPlan], worker: Worker, maximumSeconds: Double, seed: UInt64) {
    members = plans.map { Member(plan: $0) }
    group = WorkerGroup(worker)
    self.maximumSeconds = maximumSeconds
    random = SplitMix64(seed: seed)
  }

  /// Measures round after round, and lets every worker end.
  ///
  /// - Parameter isPrecise: asked after each round, while no worker runs.
  func run(until isPrecise: (InterleavedMeasurement) -> Bool) -> Interleaving.Ending {
    let ending: Interleaving.Ending
    do throws(Halt) {
      for index in members.indices { try load(index) }
      start = WorkerGroup.now
      let length = try measureLength()
      self.length = length
      repeat { try runRound(length) } while !isPrecise(self)
      ending = .precise
    } catch {
      ending =
        switch error {
        case .failed: .failed
        case .interrupted: .interrupted
        case .timeIsUp: .timeIsUp
        }
    }
    finish()
    return members.contains { $0.failure != nil } && ending != .interrupted ? .failed : ending
  }

  private func load(_ index: Int) throws(Halt) {
    do throws(AssayError) {
      try group.start(WorkerRequest(.measure(members[index].plan)))
    } catch {
      members[index].failure = error
      throw .failed
    }
    while true {
      if case .measuring = try message(from: index, until: nil) { break }
    }
    do throws(AssayError) {
      members[index].log = try RecordLogReader(opening: members[index].plan.recordLogPath)
    } catch {
      members[index].failure = error
      throw .failed
    }
  }

  /// One block of each cell that ends by the clock, to learn how long an inference takes once all workers are there.
  private func measureLength() throws(Halt) -> BlockLength {
    var rule = RepetitionRule.exactly(3)
    rule.minimumSeconds = 2 * BlockLength.shortestBlock / 1e9
    var medians: [Double] = []
    for index in members.indices {
      let durations = BlockLength.counted(try block(of: index, rule)).sorted()
      medians.append(durations.isEmpty ? 1 : Double(durations[durations.count / 2]))
    }
    return BlockLength(medians: medians, seconds: maximumSeconds)
  }

  private func runRound(_ length: BlockLength) throws(Halt) {
    var round: [[UInt64]] = Array(repeating: [], count: members.count)
    for index in members.indices.shuffled(using: &random) {
      round[index] = BlockLength.counted(try block(of: index, .exactly(length.counts[index])))
    }
    for index in members.indices { members[index].blocks.append(round[index]) }
    rounds += 1
    seconds = WorkerGroup.now - start
  }

  /// Runs a block and reads what it recorded.
  private func block(of index: Int, _ rule: RepetitionRule) throws(Halt) -> [UInt64] {
    group.runBlock(rule, worker: index)
    while true {
      guard case .blockDone(let first, let count) = try message(from: index, until: start + maximumSeconds) else {
        continue
      }
      var durations: [UInt64] = []
      do throws(AssayError) {
        try members[index].log?.read(from: first) { records in durations += records.lazy.map(\.duration) }
        guard durations.count == count else {
          throw AssayError(
            .inputOutput, "The record log \(members[index].plan.recordLogPath) lacks records of a block.")
        }
      } catch {
        members[index].failure = error
        throw .failed
      }
      return durations
    }
  }

  /// Sleeps until a worker says something, and takes note of what others say meanwhile.
  private func message(from index: Int, until time: Double?) throws(Halt) -> WorkerMessage {
    while let event = group.next(until: time) {
      switch event {
      case .message(let worker, let message):
        members[worker].outcome.take(message)
        if worker == index { return message }
      case .ended(let worker, let failure):
        members[worker].failure = failure
        throw .failed
      case .interrupted: throw .interrupted
      case .timeIsUp: throw .timeIsUp
      }
    }
    throw .failed
  }

  /// Asks all workers to end, and waits for them.
  private func finish() {
    group.stop()
    while let event = group.next() {
      switch event {
      case .message(let worker, let message): members[worker].outcome.take(message)
      case .ended(let worker, let failure): members[worker].failure = members[worker].failure ?? failure
      case .interrupted, .timeIsUp: break
      }
    }
  }
}
