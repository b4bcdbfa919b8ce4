public import AssayCore
import Glibc

/// Reads a record log in bounded memory, even while it is written or after its writer was killed.
public final class RecordLogReader {
  /// Wall clock at the start of the measurement, in nanoseconds since 1970-01-01 UTC.
  public let wallClockStart: UInt64

  let layout: RecordLayout.Kind

  private let path: String
  private let descriptor: Int32
  /// `nil` in a log of one stream.
  private var windows: StreamWindows?
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
      (layout, wallClockStart) = try Self.checkHeader(descriptor, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    if case .streams(let size) = layout { windows = StreamWindows(descriptor, size: size) }
  }

  deinit { close(descriptor) }

  /// Whether several streams have written the log, or one on a schedule: its records have more columns.
  public var hasStreams: Bool { windows != nil }

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
    if let log = try? RecordLogReader(opening: path), log.hasStreams { return log.hasStreamRecords }
    return pread(descriptor, &count, 8, off_t(RecordLayout.countOffset)) != 8 || count != 0
  }

  /// Whether any stream has written a record; quicker than to count them.
  private var hasStreamRecords: Bool {
    windows?.refresh()
    return windows?.byStream.isEmpty == false
  }

  /// The count in the header, whether or not the file has that many records. Streams publish none before they have ended.
  public func publishedCount() -> UInt64 {
    let published = headerCount()
    return windows == nil ? published : max(published, UInt64(count()))
  }

  private func headerCount() -> UInt64 {
    var published: UInt64 = 0
    guard pread(descriptor, &published, 8, off_t(RecordLayout.countOffset)) == 8 else { return 0 }
    return UInt64(littleEndian: published)
  }

  /// Records that are complete now.
  public func count() -> Int {
    windows?.refresh()
    if let count = windows?.count() { return count }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return 0 }
    // A file truncated by a full disk or a copy has fewer records than its header says.
    let present = max(0, (Int(status.st_size) - RecordLayout.headerSize) / RecordLayout.recordSize)
    return Int(min(headerCount(), UInt64(present)))
  }

  /// A few records over the whole log, in order: the first and the last are among them.
  public func samples() -> [InferenceRecord] {
    let count = count()
    guard let windows else {
      return (0...Self.sampleCount).compactMap { record(at: max(0, count - 1) * $0 / Self.sampleCount) }
    }
    let ends = windows.byStream.values.flatMap { own in
      let last = own.last.flatMap { window in
        self.windows.flatMap { all in
          var all = all
          return all.record(window: window, slot: max(all.count(window) - 1, 0))
        }
      }
      return [own.first.flatMap { windows.record(window: $0, slot: 0) }, last].compactMap { $0?.inference }
    }
    return ends.sorted { $0.start < $1.start }
  }

  private static let sampleCount = 32

  private func record(at index: Int) -> InferenceRecord? {
    guard index >= 0, index < count() else { return nil }
    var record = InferenceRecord(start: 0, duration: 0)
    let offset = off_t(RecordLayout.headerSize + index * RecordLayout.recordSize)
    let got = pread(descriptor, &record, RecordLayout.recordSize, offset)
    return got == RecordLayout.recordSize ? record : nil
  }

  /// Passes the records after a place on to `body`, in chunks, in the order in which they were due, and moves the place behind them.
  ///
  /// While streams write, one may add a record that was due before some that were read. A log that has ended is in order.
  public func read(
    after position: inout RecordPosition, _ body: (UnsafeBufferPointer<InferenceRecord>) -> Void
  ) throws(AssayError) {
    guard hasStreams else {
      position.count = try readOneStream(from: position.count, body)
      return
    }
    try readStreams(after: &position) { records in
      withUnsafeTemporaryAllocation(of: InferenceRecord.self, capacity: records.count) { buffer in
        _ = buffer.initialize(from: records.lazy.map(\.inference))
        body(UnsafeBufferPointer(buffer))
      }
    }
  }

  /// Passes all columns of the records after a place on to `body`, as `read` does.
  public func readStreams(
    after position: inout RecordPosition, _ body: (UnsafeBufferPointer<StreamRecord>) -> Void
  ) throws(AssayError) {
    windows?.refresh()
    guard let windows else {
      var index = position.count
      position.count = try readOneStream(from: index) { records in
        let wide = records.map { record in
          defer { index += 1 }
          return StreamRecord(start: record.start, duration: record.duration, query: UInt32(truncatingIfNeeded: index))
        }
        wide.withUnsafeBufferPointer(body)
      }
      return
    }
    var merge = try StreamMerge(windows, descriptor: descriptor, path: path, after: position)
    position = try merge.read(after: position, chunk: Self.streamChunkCount, body)
  }

  private static let streamChunkCount = 1 << 12

  /// Passes the records from index `first` on to `body`, in order and in chunks.
  ///
  /// - Returns: the index after the last record.
  @discardableResult
  public func read(
    from first: Int = 0, _ body: (UnsafeBufferPointer<InferenceRecord>) -> Void
  ) throws(AssayError) -> Int {
    guard hasStreams else { return try readOneStream(from: first, body) }
    var position = RecordPosition()
    var skipped = 0
    try read(after: &position) { records in
      let drop = min(first - skipped, records.count)
      skipped += drop
      if drop < records.count { body(UnsafeBufferPointer(rebasing: records[drop...])) }
    }
    return position.count
  }

  /// After a power cut, the count may have reached the disk before the records: the log ends at the first record of zeros.
  private func readOneStream(
    from first: Int, _ body: (UnsafeBufferPointer<InferenceRecord>) -> Void
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
  public func readCounted(
    after position: inout RecordPosition, _ body: (UnsafeBufferPointer<InferenceRecord>) -> Void
  ) throws(AssayError) {
    let stops = stops()
    guard !stops.isEmpty else { return try read(after: &position, body) }
    try read(after: &position) { records in
      var start = records.startIndex
      for index in records.indices where stops.contains(where: { $0.cuts(records[index]) }) {
        body(UnsafeBufferPointer(rebasing: records[start..<index]))
        start = index + 1
      }
      body(UnsafeBufferPointer(rebasing: records[start...]))
    }
  }

  /// All records that count.
  ///
  /// - Returns: the number of all records.
  @discardableResult
  public func readCounted(_ body: (UnsafeBufferPointer<InferenceRecord>) -> Void) throws(AssayError) -> Int {
    var position = RecordPosition()
    try readCounted(after: &position, body)
    return position.count
  }

  /// - Returns: the layout, and the wall clock at the start.
  private static func checkHeader(
    _ descriptor: Int32, path: String
  ) throws(AssayError) -> (RecordLayout.Kind, wallClock: UInt64) {
    try withHeader(descriptor) { header throws(AssayError) in
      guard let header, header.starts(with: RecordLayout.magic) else {
        throw AssayError(.badData, "\(path) is not a record log.")
      }
      func field(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: header.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      }
      let version = field(RecordLayout.versionOffset)
      guard (1...RecordLayout.newestVersion).contains(version) else {
        throw AssayError(
          .badData,
          "\(path) is a record log of version \(version); this Assay reads up to \(RecordLayout.newestVersion).",
          advice: "Read it with the Assay that wrote it, or a newer one.")
      }
      let window = Int(field(RecordLayout.windowSizeOffset))
      let layout = version == 1 ? .oneStream : RecordLayout.Kind.streams(windowSize: window)
      guard Int(field(RecordLayout.headerSizeOffset)) == RecordLayout.headerSize,
        Int(field(RecordLayout.recordSizeOffset)) == layout.recordSize,
        version == 1 || RecordLayout.windowSizes.contains(window) && window % RecordLayout.headerSize == 0
      else { throw AssayError(.badData, "The header of the record log \(path) is damaged.") }
      let wallClock = header.loadUnaligned(fromByteOffset: RecordLayout.wallClockOffset, as: UInt64.self)
      return (layout, UInt64(littleEndian: wallClock))
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
