import CPlatform
import Glibc
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

  /// Counts the most that is resident from now on, where the kernel and a sandbox allow that.
  static func forgetPeak() {
    assay_release_free_memory()
    guard let file = try? FileDescriptor(opening: "/proc/self/clear_refs", O_WRONLY) else { return }
    try? file.write(Array("5".utf8)[...])
  }
}
