import AssayCore
import Foundation
import Launching
import Statistics

/// Measures live cells in turns.
extension Comparison {
  func measure() throws(AssayError) -> ComparisonReport {
    let (specs, failures) = try liveSpecs()
    let saver = RunSaver(context)
    let files = try RequestedFiles(context, cells: specs)
    context.events.send(
      .plan(
        EventPlan(cells: specs, turns: TurnLimits(precision: precision, maximumSeconds: maximumSeconds))))
    let group = context.newGroup()
    let turns = TurnTaking(group, maximumSeconds: maximumSeconds, seed: options.seed)
    var rule = StopRule(precision: precision)
    let ending = try turns.run(cells: specs.indices.filter { failures[$0] == nil }) { index throws(AssayError) in
      context.events.send(.cellStarted(cell: index + 1))
      let job = CellJob(
        recordLogPath: try context.newRecordLog(), inputFiles: specs[index].options.given.files,
        measuresInBlocks: true)
      return try CellRun(specs[index], job, number: index + 1, saver: saver, group: group, context: context)
    } until: { turns in
      let isPrecise = rule.isFulfilled(after: turns.rounds) { ratios(turns) }
      context.events.send(
        .round(
          RoundProgress(
            rounds: turns.rounds, seconds: turns.seconds, width: rule.width.flatMap { $0.isFinite ? $0 : nil })))
      return isPrecise
    }
    let interleaving = Interleaving(
      ending: ending, rounds: turns.rounds, blockMilliseconds: turns.length.map { $0.nanoseconds / 1e6 },
      seconds: turns.seconds, precision: precision)
    let sources = end(
      turns, specs: specs, failures: failures, interleaving: interleaving, saver: saver, files: files)
    saver.moveBaseline(to: sources.compactMap(\.report))
    var report = try report(of: sources, interleaving: interleaving)
    saver.save(report.gatesOfRuns)
    report.saveError = saver.failure
    return report
  }

  /// The cells, and why models cannot be read, by index.
  ///
  /// - Throws: `.interrupted` while a model is read.
  func liveSpecs() throws(AssayError) -> (specs: [CellSpec], failures: [Int: AssayError]) {
    var (models, inputs) = (ModelLookup(context.digests), InputLookup(context.digests))
    var specs: [CellSpec] = []
    var failures: [Int: AssayError] = [:]
    for var spec in cells ?? operands.compactMap(\.liveCell).map(spec) {
      do throws(AssayError) {
        try models.complete(&spec.model)
        try inputs.complete(&spec)
      } catch {
        guard error.code != .interrupted else { throw error }
        failures[specs.count] = error
      }
      specs.append(spec)
    }
    return (specs, failures)
  }

  /// With streams on one side, a single one on the other is run and recorded in the same way.
  private var comparesStreams: Bool { operands.contains { $0.liveCell?.streams != nil } }

  private func spec(_ cell: LiveCell) -> CellSpec {
    var options = options
    options.threads = cell.threads ?? options.threads
    options.batch = cell.batch ?? options.batch
    options.streams = cell.streams ?? 1
    var rule = RepetitionRule()
    rule.warmUpSeconds = warmUpSeconds
    var model = context.machine.reference(to: cell.model, on: cell.target)
    model.signature = signature
    return CellSpec(
      model: model, target: cell.target,
      engineLibrary: engineLibraries[cell.target.engine], options: options,
      measure: comparesStreams ? .streams(rule) : .latency(rule))
  }

  /// The others against the reference or, where that failed, against the first that did not; empty where only one is left.
  private func ratios(_ turns: TurnTaking) -> [RatioComparison?] {
    let measured = turns.members.filter { !$0.blocks.isEmpty }
    guard let yardstick = measured.first(where: { $0.cell == reference - 1 }) ?? measured.first else { return [] }
    return measured.filter { $0.cell != yardstick.cell }.flatMap { member in
      let latencies = RoundGroups.pairs(reference: yardstick.durations, cell: member.durations)
      guard !member.times.isEmpty, !yardstick.times.isEmpty else { return [RatioComparison(pairs: latencies)] }
      let times = RoundGroups.pairs(reference: yardstick.times.map { [$0] }, cell: member.times.map { [$0] })
      return [RatioComparison(pairs: latencies), RatioComparison(pairs: times)]
    }
  }

  /// Makes, saves and announces the report of every cell.
  private func end(
    _ turns: TurnTaking, specs: [CellSpec], failures: [Int: AssayError], interleaving: Interleaving, saver: RunSaver,
    files: RequestedFiles
  ) -> [ComparisonSource] {
    let comparison = UUID().uuidString
    return specs.indices.map { index in
      guard let member = turns.member(of: index) else {
        var report = CellReport(specs[index])
        let early = AssayError(.interrupted, "The comparison ended before this cell began.")
        report.end(with: failures[index] ?? early)
        context.events.send(.ended(cell: index + 1, report))
        return ComparisonSource(name: names[index], durations: .run([]), report: report)
      }
      var report = member.run.report(
        turns: Turns(
          comparison: comparison, cell: index + 1, reference: reference, blocks: member.blocks,
          interleaving: interleaving),
        ending: member.failure ?? incompleteness(member, interleaving.ending), files: files)
      saver.save(&report, claim: member.run.claim)
      context.events.send(.ended(cell: index + 1, report))
      if let run = report.runID { context.events.send(.saved(cell: index + 1, run: run)) }
      return ComparisonSource(
        name: names[index], durations: .blocks(member.durations, comparison: comparison), times: member.times,
        report: report)
    }
  }

  /// Why a cell is incomplete although its worker did not fail.
  private func incompleteness(_ member: TurnTaking.Member, _ ending: Interleaving.Ending) -> AssayError? {
    if member.blocks.isEmpty {
      return AssayError(.interrupted, "The comparison ended before every cell had run a block.")
    }
    return ending == .interrupted ? AssayError(.interrupted, "Interrupted; what was measured so far is kept.") : nil
  }
}
