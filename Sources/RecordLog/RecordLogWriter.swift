public import AssayCore
import CPlatform
import Glibc
import Platform

/// Writes the records of the timed loop to a record log.
///
/// The file is mapped in windows. Inside a window, a record costs three stores. Moving to the next window makes system calls,
/// so the loop does it as a separate step, between inferences. `makeRoom` reserves disk space before a window is used and
/// throws if the disk is full; `append` never faults. Once `append` returns, its record survives the death of the process.
public struct RecordLogWriter: ~Copyable {
  /// 16 MiB of records. A run that expects no more uses one window and makes no system call.
  public static let maximumWindowCount = 1 << 20
  /// 32 KiB of records. Longer runs replace one window of this size by the next, so that their memory stays flat.
  public static let longRunWindowCount = 1 << 11

  /// Records in the log.
  public private(set) var count: UInt64 = 0

  private let path: String
  private let descriptor: Int32
  private let header: UnsafeMutableRawPointer
  private let published: UnsafeMutablePointer<UInt64>
  private var window: UnsafeMutableRawBufferPointer
  private var cursor: UnsafeMutablePointer<UInt64>
  private var end: UnsafeMutablePointer<UInt64>
  /// File offset of the next window.
  private var nextOffset = RecordLayout.headerSize
  private var windowCount: Int
  /// Bytes at the start of the next window that already hold records.
  private var filledBytes = 0

  /// Creates the file, which must not exist yet, or be empty: a worker in a sandbox makes it before.
  ///
  /// - Parameter expectedCount: the approximate number of records.
  /// - Throws: `.inputOutput` if the file cannot be created or the disk is full.
  public init(creating path: String, expectedCount: Int) throws(AssayError) {
    (descriptor, header) = try Self.makeFile(path)
    self.path = path
    self.published = header.advanced(by: RecordLayout.countOffset).assumingMemoryBound(to: UInt64.self)
    windowCount = Self.firstWindowCount(expectedCount)
    self.window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    self.cursor = published
    self.end = published
  }

  /// Opens a log to append after its last complete record.
  ///
  /// - Parameter expectedCount: the approximate number of records to append.
  /// - Throws: `.inputOutput`; `.badData` if the file is not a record log, which is then left unchanged.
  public init(appendingTo path: String, expectedCount: Int) throws(AssayError) {
    let present: Int
    (descriptor, header, present) = try Self.openFile(path)
    self.path = path
    published = header.advanced(by: RecordLayout.countOffset).assumingMemoryBound(to: UInt64.self)
    count = UInt64(present)
    // New records overwrite whatever follows the last complete one.
    assay_store_release(published, count)
    let offset = RecordLayout.headerSize + present * RecordLayout.recordSize
    filledBytes = offset % RecordLayout.headerSize
    nextOffset = offset - filledBytes
    windowCount = Self.firstWindowCount(expectedCount)
    window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    cursor = published
    end = published
  }

  deinit {
    if let start = window.baseAddress { Self.unmap(start, size: window.count) }
    Self.unmap(header, size: RecordLayout.headerSize)
    close(descriptor)
  }

  /// Whether `append` may be called; otherwise call `makeRoom` first.
  @inline(__always)
  public var hasRoom: Bool { cursor < end }

  /// Stores and publishes one record. `hasRoom` must be true.
  @inline(__always)
  public mutating func append(start: UInt64, duration: UInt64) {
    cursor[0] = start
    cursor[1] = duration
    cursor += 2
    count += 1
    assay_store_release(published, count)
  }

  /// Reserves disk space for the next window, maps it and touches its pages: the loop meets neither a full disk nor a page
  /// fault.
  ///
  /// - Throws: `.inputOutput` if the disk is full. Existing records stay.
  public mutating func makeRoom() throws(AssayError) {
    try checkFile()
    let page = RecordLayout.headerSize
    let size = try reserveWindow()
    let start = try Self.map(descriptor, path: path, offset: nextOffset, size: size)
    for offset in stride(from: filledBytes > 0 ? page : 0, to: size, by: page) {
      start.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
    }
    if let old = window.baseAddress { Self.unmap(old, size: window.count) }
    window = UnsafeMutableRawBufferPointer(start: start, count: size)
    let words = start.assumingMemoryBound(to: UInt64.self)
    cursor = words + filledBytes / MemoryLayout<UInt64>.size
    end = words + size / MemoryLayout<UInt64>.size
    filledBytes = 0
    nextOffset += size
    windowCount = Self.longRunWindowCount
  }

  /// Notes in a log, which another process may be writing, that the writer was stopped. One call at a time.
  ///
  /// - Returns: whether there was room for it.
  public static func add(_ stop: RecordedStop, to path: String) -> Bool {
    guard let reader = try? RecordLogReader(opening: path), let file = try? FileDescriptor(opening: path, O_RDWR) else {
      return false
    }
    let count = reader.stops().count
    guard count < RecordLayout.maximumStops else { return false }
    let words = [stop.start.littleEndian, stop.duration.littleEndian]
    var newCount = UInt64(count + 1).littleEndian
    // The count comes last, as for records.
    return pwrite(file.number, words, 16, off_t(RecordLayout.stopsOffset + 16 * count)) == 16
      && pwrite(file.number, &newCount, 8, off_t(RecordLayout.stopCountOffset)) == 8
  }

  private static func firstWindowCount(_ expectedCount: Int) -> Int {
    expectedCount <= maximumWindowCount ? max(expectedCount, 256) : longRunWindowCount
  }

  /// Reserves disk space for the next window, halving it until it fits on the disk.
  ///
  /// - Returns: the size in bytes, a multiple of `RecordLayout.headerSize`.
  private func reserveWindow() throws(AssayError) -> Int {
    let page = RecordLayout.headerSize
    var size = (windowCount * RecordLayout.recordSize + page - 1) / page * page
    while true {
      do throws(AssayError) {
        try Self.reserve(descriptor, path: path, offset: nextOffset, size: size)
        return size
      } catch {
        guard size > page else { throw error }
        size = size / page / 2 * page
      }
    }
  }

  /// Frees reserved space that was not used.
  ///
  /// - Throws: `.inputOutput` if somebody removed or truncated the log meanwhile.
  public consuming func finish() throws(AssayError) {
    try checkFile()
    // On failure the log is too long but valid: readers go by the count.
    _ = ftruncate(descriptor, off_t(RecordLayout.headerSize + Int(count) * RecordLayout.recordSize))
  }

  private static func makeFile(_ path: String) throws(AssayError) -> (Int32, UnsafeMutableRawPointer) {
    // Who keeps the worker from making files makes an empty one before.
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.failure("Cannot create the record log \(path)", errno) }
    do throws(AssayError) {
      try lock(descriptor, path: path)
      try checkEmpty(descriptor, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    do throws(AssayError) {
      try reserve(descriptor, path: path, offset: 0, size: RecordLayout.headerSize)
      let header = try map(descriptor, path: path, offset: 0, size: RecordLayout.headerSize)
      writeHeader(header)
      return (descriptor, header)
    } catch {
      close(descriptor)
      unlink(path)
      throw error
    }
  }

  private static func checkEmpty(_ descriptor: Int32, path: String) throws(AssayError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size == 0 else {
      throw Self.failure("Cannot create the record log \(path)", EEXIST)
    }
  }

  /// - Returns: the descriptor, the mapped header and the number of complete records.
  private static func openFile(_ path: String) throws(AssayError) -> (Int32, UnsafeMutableRawPointer, Int) {
    // Nothing but a log that Assay made is written to.
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure("Cannot append to the record log \(path)", errno) }
    do throws(AssayError) {
      // Count under the lock, so that no other writer appends.
      try lock(descriptor, path: path)
      let present = try RecordLogReader(opening: path).read { _ in }
      // A log that was cut within its header has no records, but may get some.
      try reserve(descriptor, path: path, offset: 0, size: RecordLayout.headerSize)
      return (descriptor, try map(descriptor, path: path, offset: 0, size: RecordLayout.headerSize), present)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Records go to the mapped file, whoever sees it: without this check they would be lost in silence.
  private func checkFile() throws(AssayError) {
    var status = stat()
    let isThere = fstat(descriptor, &status) == 0 && status.st_nlink > 0
    guard !isThere || Int(status.st_size) < RecordLayout.headerSize + Int(count) * RecordLayout.recordSize else {
      return
    }
    throw isThere ? .truncatedRecords(path) : .removedRecords(path)
  }

  /// Held until this process ends or closes the log. Tells others whether the log may still grow.
  private static func lock(_ descriptor: Int32, path: String) throws(AssayError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
    throw AssayError(
      .inputOutput, "Another process is writing the record log \(path).", advice: "Wait for it to end, then try again."
    )
  }

  private static func writeHeader(_ header: UnsafeMutableRawPointer) {
    header.storeBytes(of: RecordLayout.version.littleEndian, toByteOffset: RecordLayout.versionOffset, as: UInt32.self)
    header.storeBytes(
      of: UInt32(RecordLayout.headerSize).littleEndian, toByteOffset: RecordLayout.headerSizeOffset, as: UInt32.self)
    header.storeBytes(
      of: UInt32(RecordLayout.recordSize).littleEndian, toByteOffset: RecordLayout.recordSizeOffset, as: UInt32.self)
    header.storeBytes(
      of: WallClock.nanoseconds().littleEndian, toByteOffset: RecordLayout.wallClockOffset, as: UInt64.self)
    let columns = Array(RecordLayout.columns.utf8)
    (header + RecordLayout.columnsOffset).copyMemory(from: columns, byteCount: columns.count)
    // Last: a log with these bytes has a complete header, even after a kill.
    let magic = RecordLayout.magic.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
    assay_store_release(header.assumingMemoryBound(to: UInt64.self), magic.littleEndian)
  }

  private static func reserve(_ descriptor: Int32, path: String, offset: Int, size: Int) throws(AssayError) {
    let status = posix_fallocate(descriptor, off_t(offset), off_t(size))
    guard status == 0 else { throw failure("No room for the record log \(path)", status) }
  }

  private static func map(
    _ descriptor: Int32, path: String, offset: Int, size: Int
  ) throws(AssayError) -> UnsafeMutableRawPointer {
    // A mapping starts at a page of the system, which may be larger than the log's 4 KiB.
    let lead = offset % pageSize
    let start = mmap(nil, size + lead, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, off_t(offset - lead))
    guard let start, start != MAP_FAILED else { throw failure("Cannot map the record log \(path)", errno) }
    return start + lead
  }

  private static func unmap(_ start: UnsafeMutableRawPointer, size: Int) {
    let lead = Int(bitPattern: start) % pageSize
    munmap(start - lead, size + lead)
  }

  /// 4 KiB; 16 KiB on a Raspberry Pi 5; 64 KiB on some servers.
  private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

  private static func failure(_ what: String, _ code: Int32) -> AssayError {
    AssayError(
      .inputOutput, "\(what): \(String(cString: strerror(code))).",
      advice: code == EFBIG
        ? "Raise the limit on the size of files, as with: ulimit -f unlimited"
        : "Free some space there, or name a writable folder: XDG_DATA_HOME for runs, TMPDIR for imported tables.")
  }
}
