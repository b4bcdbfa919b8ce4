import AssayCore
import Glibc
import JSONCoding
import Synchronization

/// The worker's end of the protocol, on descriptors that no library prints to.
final class ProtocolChannel: Sendable {
  private let input: Int32
  /// One thread writes at a time, so that frames stay whole.
  private let output: Mutex<Int32>

  private init(input: Int32, output: Int32) {
    self.input = input
    self.output = Mutex(output)
  }

  /// Moves the protocol to private descriptors and points standard output at standard error, because libraries print.
  static func takingOverStandardStreams() -> ProtocolChannel {
    // The parent may give descriptor 3, the claim of the run, which must not outlive this process in a library's child.
    _ = fcntl(3, F_SETFD, FD_CLOEXEC)
    let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    let input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    if null >= 0 { dup2(null, STDIN_FILENO) }
    return ProtocolChannel(input: input, output: output)
  }

  /// Waits for the parent's request.
  func receiveRequest() throws(AssayError) -> WorkerRequest {
    guard let frame = try receiveFrame() else {
      throw AssayError(.protocolViolation, "No request came: assay-worker is started by assay, not by hand.")
    }
    // Another version may have another request, so its number is read first.
    let version = (try? JSONReader.decode(RequestVersion.self, from: Array(frame.bytes)))?.version
    guard version == nil || version == WorkerRequest.currentVersion else {
      throw AssayError(
        .protocolViolation,
        "The worker speaks version \(WorkerRequest.currentVersion) of the protocol, its parent version \(version ?? 0).",
        advice: Self.versionAdvice)
    }
    guard let request = try? JSONReader.decode(WorkerRequest.self, from: Array(frame.bytes)) else {
      throw AssayError(.protocolViolation, "The worker does not understand the request.", advice: Self.versionAdvice)
    }
    return request
  }

  private struct RequestVersion: Decodable { let version: Int }

  /// Blocks until the parent sends a command. Anything else counts as `stop`.
  ///
  /// - Returns: `nil` when the parent is gone.
  func receiveCommand() -> WorkerCommand? {
    do throws(AssayError) {
      guard let frame = try receiveFrame() else { return nil }
      return frame.command ?? .stop
    } catch {
      return .stop
    }
  }

  /// Blocks until the parent sends a frame. Reads none of the bytes after it.
  ///
  /// - Returns: `nil` at the end of the stream.
  /// - Throws: `.protocolViolation`
  func receiveFrame() throws(AssayError) -> Frame? {
    var frames = FrameBuffer()
    while true {
      if let frame = try frames.next() { return frame }
      guard let bytes = Self.readSome(input, atMost: min(frames.missingCount, 1 << 16)) else { return nil }
      bytes.withUnsafeBytes { frames.append($0) }
    }
  }

  func send(_ message: WorkerMessage) {
    // Every message is a plain value; encoding one cannot fail.
    guard let content = try? JSONWriter.encode(message) else { return }
    write(Frame.message(content))
  }

  func send(_ kind: Frame.Kind, _ bytes: some Collection<UInt8>) { write(Frame.raw(kind, bytes)) }

  /// Does not report a parent that is gone: the end of its commands does.
  private func write(_ frame: [UInt8]) {
    output.withLock { output in
      var sent = 0
      while sent < frame.count {
        let count = frame[sent...].withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
        guard count > 0 || errno == EINTR else { return }
        sent += max(count, 0)
      }
    }
  }

  private static let versionAdvice = "Install assay and assay-worker from the same build."

  private static func readSome(_ descriptor: Int32, atMost limit: Int) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: limit)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { return Array(buffer[..<count]) }
      guard count < 0, errno == EINTR else { return nil }
    }
  }
}

extension Frame {
  /// The command that this frame is; `nil` for anything else.
  var command: WorkerCommand? {
    kind == .message ? try? JSONReader.decode(WorkerCommand.self, from: Array(bytes)) : nil
  }
}
