public import AssayCore
import Glibc

/// Reads a record log in bounded memory, even while it is written or after its writer was killed.
public final class RecordLogReader {
  /// Wall clock at the start of the measurement, in nanoseconds since 1970-01-01 UTC.
  public let wallClockStart: UInt64

  private let path: String
  private let descriptor: Int32
  /// The most records passed to a reader at a time.
  private static let chunkCount = 1 << 16

  /// - Throws: `.inputOutput` if the file cannot be read, `.badData` if it is not a record log or comes from a newer Assay.
  public init(opening path: String) throws(AssayError) {
    // A pipe in place of a log must not wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw AssayError(.inputOutput, "Cannot open the record log \(path): \(String(cString: strerror(errno))).")
    }
    do throws(AssayError) {
      wallClockStart = try Self.checkHeader(descriptor, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Whether there is a log that has records, may get some, or cannot be read. It has none if its process was killed before the first.
  public static func mayHoldRecords(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return errno != ENOENT }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return true }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return true }
    if status.st_size == 0 { return false }
    // The magic is the last part of the header, and there is room for records only after it.
    var (magic, count): (UInt64, UInt64) = (0, 0)
    guard pread(descriptor, &magic, 8, 0) == 8 else { return true }
    if magic == 0, Int(status.st_size) == RecordLayout.headerSize { return false }
    return pread(descriptor, &count, 8, off_t(RecordLayout.countOffset)) != 8 || count != 0
  }

  /// The count in the header, whether or not the file has that many records.
  public func publishedCount() -> UInt64 {
    var published: UInt64 = 0
    guard pread(descriptor, &published, 8, off_t(RecordLayout.countOffset)) == 8 else { return 0 }
    return UInt64(littleEndian: published)
  }

  /// Records that are complete now.
  public func count() -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return 0 }
    // A file truncated by a full disk or a copy has fewer records than its header says.
    let present = max(0, (Int(status.st_size) - RecordLayout.headerSize) / RecordLayout.recordSize)
    return Int(min(publishedCount(), UInt64(present)))
  }

  /// The record at an index; `nil` if there is none.
  public func record(at index: Int) -> InferenceRecord? {
    guard index >= 0, index < count() else { return nil }
    var record = InferenceRecord(start: 0, duration: 0)
    let offset = off_t(RecordLayout.headerSize + index * RecordLayout.recordSize)
    let got = pread(descriptor, &record, RecordLayout.recordSize, offset)
    return got == RecordLayout.recordSize ? record : nil
  }

  /// Passes the records from index `first` on to `body`, in order and in chunks.
  ///
  /// After a power cut, the count may have reached the disk before the records: the log ends at the first record of zeros.
  ///
  /// - Returns: the index after the last record, from which the next call can continue.
  @discardableResult
  public func read(
    from first: Int = 0, _ body: (UnsafeBufferPointer<InferenceRecord>) -> Void
  ) throws(AssayError) -> Int {
    let end = count()
    var index = first
    let buffer = UnsafeMutableBufferPointer<InferenceRecord>.allocate(capacity: Self.chunkCount)
    defer { buffer.deallocate() }
    while index < end {
      let wanted = min(end - index, Self.chunkCount) * RecordLayout.recordSize
      let offset = off_t(RecordLayout.headerSize + index * RecordLayout.recordSize)
      let got = pread(descriptor, buffer.baseAddress, wanted, offset)
      guard got >= 0 else {
        throw AssayError(.inputOutput, "Cannot read the record log \(path): \(String(cString: strerror(errno))).")
      }
      // The file was truncated after it was counted.
      if got < RecordLayout.recordSize { break }
      let records = UnsafeBufferPointer(rebasing: buffer[..<(got / RecordLayout.recordSize)])
      let torn = records.indices.first { index + $0 > 0 && records[$0] == InferenceRecord(start: 0, duration: 0) }
      body(UnsafeBufferPointer(rebasing: records[..<(torn ?? records.count)]))
      index += torn ?? records.count
      if torn != nil { break }
    }
    return index
  }

  /// Times in which the process that writes the log was stopped.
  public func stops() -> [RecordedStop] {
    var count: UInt64 = 0
    guard pread(descriptor, &count, 8, off_t(RecordLayout.stopCountOffset)) == 8, count > 0 else { return [] }
    var words = [UInt64](
      repeating: 0, count: 2 * Int(min(UInt64(littleEndian: count), UInt64(RecordLayout.maximumStops))))
    guard pread(descriptor, &words, words.count * 8, off_t(RecordLayout.stopsOffset)) == words.count * 8 else {
      return []
    }
    return stride(from: 0, to: words.count, by: 2).map { index in
      RecordedStop(start: UInt64(littleEndian: words[index]), duration: UInt64(littleEndian: words[index + 1]))
    }
  }

  /// Passes the records that count to `body`, as `read` does: all but those during which the process was stopped.
  @discardableResult
  public func readCounted(
    from first: Int = 0, _ body: (UnsafeBufferPointer<InferenceRecord>) -> Void
  ) throws(AssayError) -> Int {
    let stops = stops()
    guard !stops.isEmpty else { return try read(from: first, body) }
    return try read(from: first) { records in
      var start = records.startIndex
      for index in records.indices where stops.contains(where: { $0.cuts(records[index]) }) {
        body(UnsafeBufferPointer(rebasing: records[start..<index]))
        start = index + 1
      }
      body(UnsafeBufferPointer(rebasing: records[start...]))
    }
  }

  /// - Returns: the wall clock at the start.
  private static func checkHeader(_ descriptor: Int32, path: String) throws(AssayError) -> UInt64 {
    try withHeader(descriptor) { header throws(AssayError) in
      guard let header, header.starts(with: RecordLayout.magic) else {
        throw AssayError(.badData, "\(path) is not a record log.")
      }
      func field(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: header.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      }
      guard field(RecordLayout.versionOffset) == RecordLayout.version else {
        throw AssayError(
          .badData,
          "\(path) is a record log of version \(field(RecordLayout.versionOffset)); this Assay reads version 1.",
          advice: "Read it with the Assay that wrote it, or a newer one.")
      }
      guard Int(field(RecordLayout.headerSizeOffset)) == RecordLayout.headerSize,
        Int(field(RecordLayout.recordSizeOffset)) == RecordLayout.recordSize
      else { throw AssayError(.badData, "The header of the record log \(path) is damaged.") }
      return UInt64(littleEndian: header.loadUnaligned(fromByteOffset: RecordLayout.wallClockOffset, as: UInt64.self))
    }
  }

  private static func withHeader<R>(
    _ descriptor: Int32, _ body: (UnsafeRawBufferPointer?) throws(AssayError) -> R
  ) throws(AssayError) -> R {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: RecordLayout.columnsEnd, alignment: 8)
    defer { bytes.deallocate() }
    let complete = pread(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count
    return try body(complete ? UnsafeRawBufferPointer(bytes) : nil)
  }
}
