import Platform

/// How much of the machine's memory this process takes.
enum ProcessMemory {
  /// The most that was ever resident, in bytes; `nil` where the kernel does not say.
  ///
  /// From `VmHWM`: `getrusage` also counts the memory of the parent before the program was started.
  static func peakResidentBytes() -> Int? {
    guard let status = try? FileDescriptor.contents(of: "/proc/self/status") else { return nil }
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
