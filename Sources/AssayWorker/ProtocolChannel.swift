import AssayCore
import Glibc
import JSONCoding

/// The worker's end of the protocol, on descriptors that no library prints to.
struct ProtocolChannel: Sendable {
  private let input: Int32
  private let output: Int32

  /// Moves the protocol to private descriptors and points standard output at standard error, because libraries print.
  static func takingOverStandardStreams() -> ProtocolChannel {
    let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    let input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    if null >= 0 { dup2(null, STDIN_FILENO) }
    // A write to a dead parent is an error, not a signal.
    signal(SIGPIPE, SIG_IGN)
    return ProtocolChannel(input: input, output: output)
  }

  /// Waits for the parent's request.
  func receiveRequest() throws(AssayError) -> WorkerRequest {
    guard let content = try receiveFrame() else {
      throw AssayError(.protocolViolation, "No request came: assay-worker is started by assay, not by hand.")
    }
    guard let request = try? JSONReader.decode(WorkerRequest.self, from: content) else {
      throw AssayError(.protocolViolation, "The worker does not understand the request.", advice: Self.versionAdvice)
    }
    guard request.version == WorkerRequest.currentVersion else {
      throw AssayError(
        .protocolViolation,
        "The worker speaks version \(WorkerRequest.currentVersion) of the protocol, its parent version \(request.version).",
        advice: Self.versionAdvice)
    }
    return request
  }

  /// Blocks until the parent sends a command. An undecodable frame counts as `stop`.
  ///
  /// - Returns: `nil` when the parent is gone.
  func receiveCommand() -> WorkerCommand? {
    do throws(AssayError) {
      guard let content = try receiveFrame() else { return nil }
      return (try? JSONReader.decode(WorkerCommand.self, from: content)) ?? .stop
    } catch {
      return .stop
    }
  }

  func send(_ message: WorkerMessage) {
    // Every message is a plain value; encoding one cannot fail.
    guard let content = try? JSONWriter.encode(message) else { return }
    let frame = FrameBuffer.frame(content)
    var sent = 0
    while sent < frame.count {
      let count = frame[sent...].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      sent += max(count, 0)
    }
  }

  /// Reads the bytes of one frame and none after it.
  ///
  /// - Returns: `nil` at the end of the stream.
  private func receiveFrame() throws(AssayError) -> [UInt8]? {
    var frames = FrameBuffer()
    while true {
      if let content = try frames.next() { return content }
      guard let bytes = Self.readSome(input, atMost: frames.missingCount) else { return nil }
      bytes.withUnsafeBytes { frames.append($0) }
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
