import AssayCore
import Launching
import RecordLog

/// Measures cells in turns. In each round, every cell runs one block, in random order, so that changes of the machine affect all cells.
///
/// Each cell has its own worker, which stays loaded and sleeps between its blocks. Workers load and warm up one after the other. This process
/// computes only between blocks.
final class TurnTaking {
  /// A cell and the blocks that it has run.
  struct Member {
    /// The index of the cell in the comparison.
    let cell: Int
    let run: CellRun
    fileprivate var log: RecordLogReader?
    fileprivate var position = RecordPosition()
    /// The records that count, by round.
    var blocks: [RecordRange] = []
    /// Their durations in nanoseconds.
    var durations: [[UInt64]] = []
    /// The nanoseconds for an inference of all streams together, by round; empty for a cell without streams.
    var times: [UInt64] = []
    var failure: AssayError?
  }

  private(set) var members: [Member] = []
  /// Members that take turns, by index: those that loaded.
  private var participants: [Int] = []
  /// Rounds that every cell has completed.
  private(set) var rounds = 0
  private(set) var length: BlockLength?
  private(set) var seconds = 0.0

  private let group: WorkerGroup
  private let maximumSeconds: Double
  private var random: SplitMix64
  private var start = 0.0

  /// Why the rounds end before the intervals are narrow.
  private enum Halt: Error { case failed, interrupted, timeIsUp }

  /// - Parameter seed: determines the order of the cells in each round.
  init(_ group: WorkerGroup, maximumSeconds: Double, seed: UInt64) {
    self.group = group
    self.maximumSeconds = maximumSeconds
    random = SplitMix64(seed: seed)
  }

  /// Measures rounds, then ends every worker. A cell that does not load costs only itself; one that fails later ends the rounds.
  ///
  /// - Parameters:
  ///   - cells: their indices.
  ///   - begin: starts the worker of the cell at an index.
  ///   - isPrecise: called after each round, while no worker runs.
  func run(
    cells: [Int], begin: (Int) throws(AssayError) -> CellRun, until isPrecise: (TurnTaking) -> Bool
  ) throws(AssayError) -> Interleaving.Ending {
    var ending = Interleaving.Ending.precise
    do {
      for cell in cells {
        members.append(Member(cell: cell, run: try begin(cell)))
        do { try load(members.count - 1) } catch Halt.failed { continue }
      }
      participants = members.indices.filter { members[$0].log != nil && !members[$0].run.cell.hasEnded }
      if participants.isEmpty { throw Halt.failed }
      start = WorkerGroup.now
      let length = try measureLength()
      self.length = length
      repeat { try runRound(length) } while !isPrecise(self)
    } catch let halt as Halt {
      ending =
        switch halt {
        case .failed: .failed
        case .interrupted: .interrupted
        case .timeIsUp: .timeIsUp
        }
    } catch let error as AssayError {
      finish()
      throw error
    } catch {
      ending = .failed
    }
    finish()
    return members.contains { $0.run.cell.failure != nil } && ending != .interrupted ? .failed : ending
  }

  /// The member of a cell; `nil` if its worker was never started.
  func member(of cell: Int) -> Member? { members.first { $0.cell == cell } }

  private func load(_ index: Int) throws {
    while true {
      if case .measuring = try message(from: index, until: nil, besides: true) { break }
    }
    try record(index) { member throws(AssayError) in
      member.log = try RecordLogReader(opening: member.run.cell.job.recordLogPath)
    }
  }

  /// Runs one timed block of each cell, to learn how long an inference takes while all workers are loaded.
  private func measureLength() throws -> BlockLength {
    var rule = RepetitionRule.exactly(3)
    rule.minimumSeconds = 2 * BlockLength.shortestBlock / 1e9
    var medians: [Double] = []
    for index in participants {
      let block = try block(of: index, rule)
      let durations = block.durations.sorted()
      medians.append(block.time.map { Double($0) } ?? (durations.isEmpty ? 1 : Double(durations[durations.count / 2])))
    }
    return BlockLength(medians: medians, seconds: maximumSeconds)
  }

  private func runRound(_ length: BlockLength) throws {
    var round: [Int: Block] = [:]
    for place in participants.indices.shuffled(using: &random) {
      round[participants[place]] = try block(of: participants[place], .exactly(length.counts[place]))
    }
    for (index, block) in round {
      members[index].blocks.append(block.range)
      members[index].durations.append(block.durations)
      if let time = block.time { members[index].times.append(time) }
    }
    rounds += 1
    seconds = WorkerGroup.now - start
  }

  /// The part of a block that counts.
  private struct Block {
    let range: RecordRange
    let durations: [UInt64]
    /// The nanoseconds for an inference of all streams together; `nil` without streams.
    let time: UInt64?
  }

  /// Runs a block, again if something stops the worker during it, and reads the records that count.
  private func block(of index: Int, _ rule: RepetitionRule) throws -> Block {
    group.runBlock(rule, of: members[index].run.cell)
    while true {
      guard case .blockDone(let block) = try message(from: index, until: start + maximumSeconds) else { continue }
      var records: [StreamRecord] = []
      var isCut = false
      try record(index) { member throws(AssayError) in
        let stops = member.log?.stops() ?? []
        try member.log?.readStreams(after: &member.position) { records += $0 }
        isCut = stops.contains { stop in records.contains { stop.cuts($0.inference) } }
        guard records.count == block.count else {
          throw AssayError(
            .inputOutput, "The record log \(member.run.cell.job.recordLogPath) lacks records of a block.")
        }
      }
      if isCut {
        group.runBlock(rule, of: members[index].run.cell)
        continue
      }
      let counted = BlockLength.counted(block)
      let kept = Array(records.suffix(counted.count))
      return Block(
        range: counted, durations: kept.map(\.inference.duration),
        time: members[index].log?.hasStreams == true ? StreamAnalysis.time(of: kept) : nil)
    }
  }

  /// Runs a body whose failure ends the cell, and with it the rounds.
  private func record(_ index: Int, _ body: (inout Member) throws(AssayError) -> Void) throws {
    do throws(AssayError) {
      try body(&members[index])
    } catch {
      members[index].failure = error
      throw Halt.failed
    }
  }

  /// Sleeps until a worker sends a message. Handles messages of others meanwhile.
  ///
  /// - Parameter besides: whether the others may end.
  private func message(from index: Int, until time: Double?, besides: Bool = false) throws -> WorkerMessage {
    while let event = group.next(until: time) {
      switch event {
      case .message(let cell, let message):
        members.first { $0.run.cell === cell }?.run.take(message)
        if members[index].run.cell === cell { return message }
      case .ended(let cell): if !besides || members[index].run.cell === cell { throw Halt.failed }
      case .interrupted: throw Halt.interrupted
      case .timeIsUp: throw Halt.timeIsUp
      }
    }
    throw Halt.failed
  }

  /// Asks all workers to end, and waits for them.
  private func finish() {
    group.stop()
    while let event = group.next() {
      if case .message(let cell, let message) = event { members.first { $0.run.cell === cell }?.run.take(message) }
    }
  }
}
