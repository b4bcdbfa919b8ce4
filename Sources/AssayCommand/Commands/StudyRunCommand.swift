import ArgumentParser
import Assay
import AssayCore
import Foundation
import Glibc
import Platform
import Report
import ResultStore
import Study

struct StudyRunCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Measures the cells of a study that are not done yet.",
    discussion: """
      Every run is saved as it ends, so a study that stops at any point resumes from there, and finished cells are not measured \
      again. A cell that fails does not stop the others. Hosts work side by side, the cells of one host one after the other.
      """)

  static let examples = [
    "assay study run study.yaml --dry-run",
    "assay study run study.yaml --shard 1/2",
  ]

  @OptionGroup var study: StudyArgument

  @Flag(help: "Print the plan and how long it probably takes, and measure nothing.")
  var dryRun = false

  @Option(help: .init("Measure only the cells of this host. May be repeated.", valueName: "name"))
  var host: [String] = []

  @Option(
    help: .init("Measure only a part of the cells, as in 1/3 on the first of three machines.", valueName: "part"),
    transform: parseShard)
  var shard: Shard?

  @Flag(help: "Measure again what failed before.")
  var retryFailed = false

  @OptionGroup(title: "Clusters") var cluster: ClusterArguments
  @OptionGroup(title: "Saved runs") var location: StoreArguments

  @Flag(name: [.short, .long], help: "Show no progress. Errors still go to standard error.")
  var quiet = false

  @Flag(name: [.short, .long], help: "With --dry-run, list the cells in their order.")
  var verbose = false

  /// Set by this command for the processes that it starts, one per host: they print their progress at the end, and stop if this one is gone.
  @Flag(help: .hidden)
  var forParent = false

  func validate() throws {
    if cluster.isGiven, shard != nil || !host.isEmpty || location.store != nil || retryFailed {
      throw ValidationError(
        "Each job has its part and a store of its own, so leave out --shard, --host, --store and --retry-failed.")
    }
  }

  func run() throws {
    let file = try study.read()
    if cluster.isGiven { return try cluster.write(file, file: study.file, submits: !dryRun) }
    let hosts = try chosenHosts(file)
    if dryRun { return try printPlan(file) }
    let plan = try StudyPlan(file, shard: shard)
    let active = hosts.filter { host in plan.cells.contains { $0.host == Int32(host) } }
    guard !active.isEmpty else {
      throw AssayError(.usage, "The study \(file.name) has no cells here.", advice: "Declare some in 'cells'.")
    }
    let interrupts = try InterruptListener()
    let progress =
      active.count == 1
      ? try measure(file, on: active[0], interrupts) : try StudyHosts(self, file, active).measure(interrupts)
    try leave(file, progress, isInterrupted: interrupts.isInterrupted)
  }

  private func chosenHosts(_ file: StudyFile) throws -> [Int] {
    guard !host.isEmpty else { return Array(file.hosts.indices) }
    return try host.map { name in
      guard let index = file.hosts.firstIndex(where: { $0.name == name }) else {
        throw AssayError(
          .usage, "The study has no host '\(name)'.",
          advice: "It has: \(file.hosts.map(\.name).joined(separator: ", "))")
      }
      return index
    }
  }

  private func printPlan(_ file: StudyFile) throws {
    let state = try StudyState(file, in: existingStore, retriesFailed: retryFailed)
    let plan = try StudyPlan(file, shard: shard)
    let sink = try TextSink(path: "-")
    try sink.write(
      StudyRunText.plan(
        file, plan, conversions: try conversions(file, plan), isDone: { state.status(of: $0) != nil },
        listsCells: verbose))
    try sink.close()
  }

  /// How many models converters make for the study, and the seconds that those take that are not kept from before.
  private func conversions(_ file: StudyFile, _ plan: StudyPlan) throws -> StudyRunText.Conversions {
    let models = file.conversions(of: plan.cells)
    guard !models.isEmpty else { return .init(count: 0, seconds: 0) }
    let made = try StudyConversions(in: RunContext(try Machine.local()))
    return .init(count: models.count, seconds: made.expectedSeconds(of: models))
  }

  /// `nil` if there is none yet.
  var existingStore: ResultStore? { try? location.open(for: .existing) }

  /// Measures the cells of one host in this process.
  private func measure(
    _ file: StudyFile, on host: Int, _ interrupts: InterruptListener
  ) throws -> StudyProgress {
    if forParent { try stopWithParent() }
    let store = try location.open(for: .saving)
    let machine =
      if let via = file.hosts[host].via { try Machine.via(via, interrupts: interrupts) } else {
        try Machine.local(interrupts: interrupts)
      }
    let readers = try EventReaders(isQuiet: quiet || forParent, view: ProgressView())
    let context = RunContext(machine, events: readers.stream(), interrupts: interrupts)
    let name = forParent ? file.hosts[host].name : nil
    var run = StudyRun(file, host: host, store: store, in: context) { event in
      guard !quiet else { return }
      switch event {
      case .began(_, let strays): if strays > 0 { Terminal.message(StudyRunText.strays(strays)) }
      case .finished(let progress, let cell):
        Terminal.message(
          StudyRunText.line(
            cell, ended: progress.done + progress.interrupted, total: progress.total,
            secondsLeft: progress.secondsLeft, host: name, repeats: file.repeats))
      case .converting(let line): Terminal.message(line)
      case .cooling: break
      }
    }
    run.shard = shard
    run.retriesFailed = retryFailed
    defer { readers.end() }
    return try run.run()
  }

  /// Ends this process, as Ctrl-C does, when the one that started it is gone.
  private func stopWithParent() throws {
    try DetachedThread.start("waiting for the end of the parent") {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || count < 0 && errno != EINTR { break }
      }
      kill(getpid(), SIGTERM)
    }
  }

  private func leave(_ file: StudyFile, _ progress: StudyProgress, isInterrupted: Bool) throws {
    if forParent {
      let sink = try TextSink(path: "-")
      try sink.write(StudyHosts.line(progress))
      try sink.close()
    } else if !quiet {
      Terminal.message(
        StudyRunText.summary(
          file.name, total: progress.total, ok: progress.ok, failed: progress.failed,
          unsupported: progress.unsupported, doneBefore: progress.doneBefore))
    }
    if isInterrupted || progress.interrupted > 0 { throw ExitCode(130) }
    if progress.failed > 0 { throw ExitCode(1) }
    if progress.ok == 0, progress.unsupported > 0 { throw ExitCode(69) }
  }
}

private func parseShard(_ text: String) throws -> Shard {
  guard let shard = Shard(text) else {
    throw ValidationError("'\(text)' is no part; write 1/3 for the first of three.")
  }
  return shard
}
