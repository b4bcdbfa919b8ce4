package import AssayCore
import Platform
import RecordLog

/// How what a worker records reaches this machine's files.
///
/// A worker that shares files maps the record log itself, which costs nothing here. From another, frames arrive and are appended to the files of
/// the job, so that whoever reads them knows no difference. Whatever becomes of the worker, what had arrived stands in the files.
package final class RecordFeed {
  private let job: CellJob
  /// `nil` for one stream, whose log has fewer columns.
  private let streamCount: Int?
  private var log: RecordLogWriter?
  private var streams: StreamRecordFeed?
  private var files: [Frame.Kind: FileDescriptor] = [:]

  /// - Returns: `nil` for a worker that writes the files itself.
  package init?(_ spec: CellSpec, _ job: CellJob) {
    guard job.delivery != nil else { return nil }
    self.job = job
    streamCount = spec.recordsStreams ? spec.options.streams : nil
  }

  /// Makes the record log, before the first record.
  ///
  /// - Throws: `.inputOutput`
  package func begin() throws(AssayError) {
    if let streamCount {
      streams = try StreamRecordFeed(creating: job.recordLogPath, streamCount: streamCount)
    } else {
      log = try RecordLogWriter(creating: job.recordLogPath, expectedCount: RecordLogWriter.longRunWindowCount)
    }
  }

  /// - Throws: `.inputOutput` for a full disk, `.protocolViolation` for a frame that does not belong to the job.
  package func take(_ frame: Frame) throws(AssayError) {
    switch frame.kind {
    case .records: try append(frame.bytes)
    case .streamRecords:
      guard try streams?.append(frame.bytes) == true else { throw Self.unexpected }
    case .predictions: try append(frame, to: job.predictionsPath)
    case .telemetry: try append(frame, to: job.telemetryPath)
    case .outputs: try append(frame, to: job.outputsPath)
    case .message, .content: throw Self.unexpected
    }
  }

  /// Closes the files.
  ///
  /// - Throws: `.inputOutput` if somebody removed or truncated the record log.
  package func end() throws(AssayError) {
    files = [:]
    try log.take()?.finish()
    try streams?.finish()
    streams = nil
  }

  private func append(_ records: ArraySlice<UInt8>) throws(AssayError) {
    let size = MemoryLayout<InferenceRecord>.stride
    guard log != nil, records.count.isMultiple(of: size) else { throw Self.unexpected }
    var offset = records.startIndex
    while offset < records.endIndex {
      if log?.hasRoom == false { try log?.makeRoom() }
      let (start, duration) = records.withUnsafeBytes { bytes in
        let begin = offset - records.startIndex
        return (
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: begin, as: UInt64.self)),
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: begin + 8, as: UInt64.self))
        )
      }
      log?.append(start: start, duration: duration)
      offset += size
    }
  }

  private func append(_ frame: Frame, to path: String?) throws(AssayError) {
    guard let path else { throw Self.unexpected }
    do throws(SystemError) {
      let open = files[frame.kind]
      let file = if let open { open } else { try FileDescriptor(opening: path, FileDescriptor.appending, mode: 0o600) }
      files[frame.kind] = file
      try file.write(frame.bytes)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot write \(path): \(error).",
        advice: "Free some space there, or set XDG_DATA_HOME to a writable folder.")
    }
  }

  private static let unexpected = AssayError(
    .protocolViolation, "The worker sent records that do not belong to its cell.")
}
