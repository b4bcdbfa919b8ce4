import AssayCore
import Foundation
import Fuzzing
import Platform

/// A reader that another process tries. If that process ends before it is through, the next one goes on behind the input that ended it.
struct TriedReader {
  private let entry: FuzzedReaders.Entry
  private let options: Options

  /// Failures of one reader after which it is not tried on.
  private static let patience = 20

  /// Most readers take files, which a disk would slow down a hundredfold.
  private static let memory =
    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : FileManager.default.temporaryDirectory.path

  init(_ entry: FuzzedReaders.Entry, _ options: Options) { (self.entry, self.options) = (entry, options) }

  func run() throws -> Outcome {
    var outcome = Outcome(reader: entry.name)
    var rest = options
    let end = options.first + options.count
    while rest.first < end, outcome.failures.count < Self.patience {
      rest.count = end - rest.first
      let folder = try Folder.makeUnique("\(Self.memory)/fuzz-")
      defer { Folder.removeAll(folder) }
      let start = MonotonicClock.seconds()
      let trial = ProcessSpec(
        "/proc/self/exe", rest.trial(of: entry.name, in: folder),
        environment: ProcessInfo.processInfo.environment.merging(Self.environment(folder)) { $1 })
      let ended = try trial.run(keeping: 24)
      outcome.seconds += MonotonicClock.seconds() - start
      guard let progress = Progress(of: folder) else {
        outcome.failures.append("It cannot be tried: \(ended.output.text ?? "\(ended.ending)")")
        break
      }
      outcome.add(progress)
      guard !ended.isSuccess else { break }
      outcome.failures.append(try failure(at: progress.number, ended, in: folder))
      rest.first = progress.number + 1
    }
    return outcome
  }

  /// Temporary files disappear with the folder, and a crash shows its innermost calls.
  private static func environment(_ folder: String) -> [String: String] {
    [
      "TMPDIR": folder,
      "SWIFT_BACKTRACE":
        "enable=yes,color=no,limit=10,top=0,registers=none,images=none,threads=crashed,interactive=no,demangle=yes",
    ]
  }

  /// What ended a process, and how to see it again.
  private func failure(at number: Int, _ ended: ProcessSpec.Outcome, in folder: String) throws -> String {
    let fresh = try Folder.makeUnique("\(folder)/again-")
    let reader = try entry.make(Workbench(folder: fresh, tests: options.tests))
    let kept = "\(FileManager.default.temporaryDirectory.path)/fuzz-\(entry.name)-\(options.seed)-\(number).input"
    try Data(reader.input(number, seed: UInt64(options.seed))).write(to: URL(filePath: kept))
    let what =
      switch ended.ending {
      case .exited: "is misread"
      case .signalled(SIGALRM), .signalled(SIGPROF): "takes over \(options.seconds) s"
      case .signalled(let signal): "ends the process with signal \(signal)"
      }
    return """
      \(entry.name), seed \(options.seed), input \(number) \(what). It is kept as \(kept); to see it again: \
      fuzz --reader \(entry.name) --seed \(options.seed) --first \(number) --count 1
      \(ended.output.text ?? "")
      """
  }
}

/// What became of the inputs of one reader.
struct Outcome {
  let reader: String
  private var accepted = 0
  private var refused = 0
  private var longest = 0
  private var peak = 0
  var seconds = 0.0
  var failures: [String] = []

  init(reader: String) { self.reader = reader }

  mutating func add(_ progress: Progress) {
    accepted += progress.accepted
    refused += progress.refused
    longest = max(longest, progress.longest)
    peak = max(peak, progress.peak)
  }

  static let header = line("reader", ["inputs", "accepted", "refused", "failed", "longest ms", "peak MiB", "seconds"])

  var line: String {
    let counts = [accepted + refused + failures.count, accepted, refused, failures.count].map { "\($0)" }
    let longest = (Double(self.longest) / 1e5).rounded() / 10
    return Self.line(reader, counts + ["\(longest)", "\(peak >> 20)", "\(Int(seconds.rounded()))"])
  }

  private static func line(_ name: String, _ fields: [String]) -> String {
    ([name + String(repeating: " ", count: max(17 - name.count, 0))]
      + fields.map { String(repeating: " ", count: max(11 - $0.count, 0)) + $0 }).joined()
  }
}
