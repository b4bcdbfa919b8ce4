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
    (descriptor, header) = try RecordFile.make(path, .oneStream)
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
    (descriptor, header, present) = try RecordFile.open(path, .oneStream)
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
    if let start = window.baseAddress { RecordFile.unmap(start, size: window.count) }
    RecordFile.unmap(header, size: RecordLayout.headerSize)
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
    try RecordFile.check(descriptor, path: path, holds: Int(count) * RecordLayout.recordSize)
    let page = RecordLayout.headerSize
    let size = try RecordFile.reserveAtMost(
      descriptor, path: path, offset: nextOffset, size: windowCount * RecordLayout.recordSize)
    let start = try RecordFile.map(descriptor, path: path, offset: nextOffset, size: size)
    for offset in stride(from: filledBytes > 0 ? page : 0, to: size, by: page) {
      start.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
    }
    if let old = window.baseAddress { RecordFile.unmap(old, size: window.count) }
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

  /// Frees reserved space that was not used.
  ///
  /// - Throws: `.inputOutput` if somebody removed or truncated the log meanwhile.
  public consuming func finish() throws(AssayError) {
    try RecordFile.check(descriptor, path: path, holds: Int(count) * RecordLayout.recordSize)
    // On failure the log is too long but valid: readers go by the count.
    _ = ftruncate(descriptor, off_t(RecordLayout.headerSize + Int(count) * RecordLayout.recordSize))
  }
}
