import AssayCore
import Platform

/// What waits to be written to a worker: messages first, then the files that it lacks. Writing never waits, so that the user can interrupt it.
struct WorkerOutbox {
  private var bytes: ArraySlice<UInt8> = []
  private var content: ContentSender?

  /// Frames per call of `write`, so that a fast worker does not keep the parent from anything else.
  private static let frameLimit = 16

  init(_ content: ContentSender?) { self.content = content }

  /// Whether the worker has all files that it needs.
  var hasDelivered: Bool { content?.hasEnded == true }
  /// Whether there is anything to write now.
  var isReady: Bool { !bytes.isEmpty || content?.isReady == true }

  mutating func add(_ frame: [UInt8]) { bytes += frame }

  /// Sends no more files, as when the user interrupts.
  mutating func dropContent() { content = nil }

  /// - Throws: `.protocolViolation` for an answer that nobody waits for.
  func take(lacking indices: [Int]) throws(AssayError) {
    guard let content else { return }
    try content.take(lacking: indices)
  }

  /// Writes what the worker has room for. A worker that is gone is noticed by its end.
  ///
  /// - Throws: `.inputOutput` if a file cannot be read.
  mutating func write(to process: ChildProcess) throws(AssayError) {
    for _ in 0..<Self.frameLimit {
      if bytes.isEmpty, let frame = try content?.nextFrame() { bytes = frame[...] }
      guard !bytes.isEmpty else { return }
      do throws(SystemError) {
        let count = try process.writeSome(bytes)
        bytes = bytes.dropFirst(count)
        guard bytes.isEmpty else { return }
      } catch {
        bytes = []
        content = nil
        return
      }
    }
  }
}
