import Foundation
public import Glibc

/// Processor time and context switches of a running process, over all its threads.
public struct ProcessUse {
  public private(set) var nanoseconds = 0
  /// How often a thread went to sleep.
  public private(set) var switches = 0

  public init(of pid: pid_t) throws {
    for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task") {
      let folder = "/proc/\(pid)/task/\(thread)"
      let schedule = try String(contentsOfFile: "\(folder)/schedstat", encoding: .utf8)
      let status = try String(contentsOfFile: "\(folder)/status", encoding: .utf8).split(separator: "\n")
      guard let used = schedule.split(separator: " ").first.flatMap({ Int($0) }),
        let line = status.first(where: { $0.hasPrefix("voluntary_ctxt_switches:") }),
        let count = line.split(separator: "\t").last.flatMap({ Int($0) })
      else { throw ProgramError("Cannot read the use of process \(pid) in /proc.") }
      nanoseconds += used
      switches += count
    }
  }
}

/// Whether a process has ended. A zombie has.
public func hasEnded(_ pid: pid_t) -> Bool {
  guard let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
  return state.split(separator: ")").last?.hasPrefix(" Z") == true
}
