import Glibc

/// The memory of this process.
enum ProcessMemory {
  /// The most that was ever resident, in bytes; `nil` where the kernel does not say.
  ///
  /// From `VmHWM`: `getrusage` also counts the memory of the parent before the program was started.
  static func peakResidentBytes() -> Int? {
    guard let file = fopen("/proc/self/status", "re") else { return nil }
    defer { fclose(file) }
    var line = [UInt8](repeating: 0, count: 256)
    while line.withUnsafeMutableBytes({ fgets($0.baseAddress, Int32($0.count), file) }) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      if words.first == "VmHWM:" { return words.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 } }
    }
    return nil
  }
}
