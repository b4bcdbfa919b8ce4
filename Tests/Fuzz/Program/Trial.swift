import Foundation
import Fuzzing

/// The process that tries one reader. It notes how far it is before every input, so that its end says which one ended it.
struct Trial {
  private let options: Options
  private let folder: String

  /// Bytes of private memory that a process may have.
  private static let memoryLimit: rlim_t = 1 << 30

  init(_ options: Options, folder: String) { (self.options, self.folder) = (options, folder) }

  func run() throws -> Never {
    guard let entry = options.readers.first.flatMap(FuzzedReaders.reader) else {
      Options.leave("--trial needs --reader.")
    }
    limitMemory()
    let reader = try entry.make(Workbench(folder: folder, tests: options.tests))
    let file = open(Progress.path(in: folder), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    var progress = Progress(number: options.first)
    for number in options.first..<options.first + options.count {
      progress.number = number
      progress.save(to: file)
      let input = reader.input(number, seed: UInt64(options.seed))
      limitTime()
      let start = DispatchTime.now().uptimeNanoseconds
      do {
        if try reader.tries(input) { progress.accepted += 1 } else { progress.refused += 1 }
      } catch {
        print("\(entry.name): \(error)")
        exit(1)
      }
      progress.longest = max(progress.longest, Int(DispatchTime.now().uptimeNanoseconds - start))
      progress.peak = Self.peakBytes
    }
    progress.number += 1
    progress.save(to: file)
    exit(0)
  }

  /// Time of the processor, since another program may have it; what sleeps for ever gets more. Either signal ends the process.
  private func limitTime() {
    var limit = itimerval()
    limit.it_value.tv_sec = options.seconds
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
    alarm(UInt32(6 * options.seconds))
  }

  /// Address sanitizer maps terabytes, so its builds have no limit.
  private func limitMemory() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    guard dlsym(nil, "__asan_init") == nil else { return }
    var limit = rlimit(rlim_cur: Self.memoryLimit, rlim_max: Self.memoryLimit)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
  }

  private static var peakBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }
}

/// How far a trial is, in a file that outlives it.
struct Progress {
  /// Of the input that is being read.
  var number: Int
  var accepted = 0
  var refused = 0
  /// Nanoseconds that one input took.
  var longest = 0
  /// Bytes of resident memory.
  var peak = 0

  init(number: Int) { self.number = number }

  static func path(in folder: String) -> String { "\(folder)/progress" }

  func save(to file: Int32) { withUnsafeBytes(of: self) { _ = pwrite(file, $0.baseAddress, $0.count, 0) } }

  /// `nil` if the trial did not come as far as its first input.
  init?(of folder: String) {
    guard let data = FileManager.default.contents(atPath: Self.path(in: folder)),
      data.count == MemoryLayout<Progress>.size
    else { return nil }
    self = data.withUnsafeBytes { $0.loadUnaligned(as: Progress.self) }
  }
}
