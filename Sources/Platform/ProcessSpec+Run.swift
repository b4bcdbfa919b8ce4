public import AssayCore
import Glibc

extension ProcessSpec {
  /// How a program ended, and the end of what it printed.
  public struct Outcome: Sendable {
    public let ending: ChildProcess.Ending
    /// Standard output and standard error together.
    public let output: OutputTail

    public var isSuccess: Bool { ending == .exited(0) }
  }

  /// Runs the program to its end, without input. It stays in this process's group, so that Ctrl-C ends both.
  ///
  /// - Parameters:
  ///   - lines: how many lines of the output to keep.
  ///   - interval: seconds between two calls of `tick` while the program is silent; `nil` for none.
  /// - Throws: `.inputOutput` where it cannot be started.
  public func run(
    keeping lines: Int = 20, every interval: Double? = nil, tick: () -> Void = {}
  ) throws(AssayError) -> Outcome {
    var spec = self
    spec.streams = [STDIN_FILENO: .null, STDOUT_FILENO: .output, STDERR_FILENO: .same(as: STDOUT_FILENO)]
    spec.isInOwnGroup = false
    let process = try ChildProcess(spec)
    var tail = OutputTail(lineLimit: lines)
    if let output = process.stream(STDOUT_FILENO) {
      var block = [UInt8](repeating: 0, count: 1 << 12)
      while true {
        guard output.waitUntilReadable(seconds: interval) else {
          tick()
          continue
        }
        guard let count = try? output.read(into: &block), count > 0 else { break }
        block.withUnsafeBytes { tail.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      }
    }
    return Outcome(ending: process.wait(), output: tail)
  }
}
