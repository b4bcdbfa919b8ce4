public import AssayCore
import CPlatform
import Glibc
import Platform
import Synchronization

/// The record log of several streams, each with a writer of its own that shares nothing with the others.
public final class StreamRecordLog: Sendable {
  private let path: String
  private let descriptor: Int32
  // Written once in the initializer, and by `finish` alone.
  private nonisolated(unsafe) let header: UnsafeMutableRawPointer
  fileprivate let windowSize: Int
  private let nextWindow: Atomic<Int>
  /// Windows with room whose streams have no writer now.
  private let begun = Mutex<[UInt64: BegunWindow]>([:])

  /// A mapped window.
  fileprivate struct BegunWindow {
    let address: UInt
    /// Records that it still has room for.
    let room: Int
  }

  /// Records of a window, so that a short run has no large file and a long one seldom takes a new window.
  private static let windowCounts = 128...(1 << 15)

  /// Creates the file, which must not exist yet, or be empty: a worker in a sandbox makes it before.
  ///
  /// - Parameter expectedCount: the approximate number of records of a stream.
  /// - Throws: `.inputOutput` if the file cannot be created or the disk is full.
  public init(creating path: String, expectedCount: Int) throws(AssayError) {
    let count = min(max(expectedCount, Self.windowCounts.lowerBound), Self.windowCounts.upperBound)
    let page = RecordLayout.headerSize
    windowSize = (count * RecordLayout.streamRecordSize + page - 1) / page * page
    (descriptor, header) = try RecordFile.make(path, .streams(windowSize: windowSize))
    self.path = path
    nextWindow = Atomic(0)
  }

  /// Opens a log to append records, in new windows.
  ///
  /// - Throws: `.inputOutput`; `.badData` if the file is not such a log, which is then left unchanged.
  public init(appendingTo path: String) throws(AssayError) {
    (descriptor, header, _) = try RecordFile.open(path, .streams(windowSize: 0))
    self.path = path
    windowSize = Int(
      UInt32(littleEndian: header.load(fromByteOffset: RecordLayout.windowSizeOffset, as: UInt32.self)))
    var status = stat()
    fstat(descriptor, &status)
    nextWindow = Atomic(max(0, Int(status.st_size) - RecordLayout.headerSize + windowSize - 1) / windowSize)
  }

  deinit {
    for window in begun.withLock({ $0 }).values { unmap(window) }
    RecordFile.unmap(header, size: RecordLayout.headerSize)
    close(descriptor)
  }

  /// Records in the log, as a reader finds them: one by one, since a power cut may have lost some in the middle of a window.
  public func count() throws(AssayError) -> Int { try RecordLogReader(opening: path).read { _ in } }

  /// Takes a window for each stream before anything is timed. Their writers begin in it.
  ///
  /// - Throws: `.inputOutput` if the disk is full.
  public func takeWindows(streams: Int) throws(AssayError) {
    for stream in 1...max(streams, 1) {
      let window = try takeWindow()
      leave(
        BegunWindow(address: UInt(bitPattern: window.baseAddress), room: windowSize / RecordLayout.streamRecordSize),
        to: UInt64(stream))
    }
  }

  /// Keeps a window for the next writer of its stream.
  fileprivate func leave(_ window: BegunWindow, to stream: UInt64) {
    if let earlier = begun.withLock({ $0.updateValue(window, forKey: stream) }) { unmap(earlier) }
  }

  fileprivate func takeBegun(by stream: UInt64) -> BegunWindow? { begun.withLock { $0.removeValue(forKey: stream) } }

  private func unmap(_ window: BegunWindow) {
    if let start = UnsafeMutableRawPointer(bitPattern: window.address) { RecordFile.unmap(start, size: windowSize) }
  }

  /// Takes the next window for a stream, with disk space, and touches its pages: the loop meets neither a full disk nor a page fault.
  ///
  /// - Throws: `.inputOutput` if the disk is full, or somebody has removed or truncated the log.
  fileprivate func takeWindow() throws(AssayError) -> UnsafeMutableRawBufferPointer {
    let window = nextWindow.wrappingAdd(1, ordering: .relaxed).oldValue
    try RecordFile.check(descriptor, path: path, holds: 0)
    let offset = RecordLayout.headerSize + window * windowSize
    try RecordFile.reserve(descriptor, path: path, offset: offset, size: windowSize)
    let start = try RecordFile.map(descriptor, path: path, offset: offset, size: windowSize)
    for page in stride(from: 0, to: windowSize, by: RecordLayout.headerSize) {
      start.storeBytes(of: 0, toByteOffset: page, as: UInt8.self)
    }
    return UnsafeMutableRawBufferPointer(start: start, count: windowSize)
  }

  fileprivate func giveBack(_ window: UnsafeMutableRawBufferPointer) {
    if let start = window.baseAddress { RecordFile.unmap(start, size: window.count) }
  }

  /// Publishes the number of records, once all streams have ended.
  ///
  /// - Throws: `.inputOutput` if somebody removed or truncated the log meanwhile.
  public func finish() throws(AssayError) {
    let windows = nextWindow.load(ordering: .acquiring)
    try RecordFile.check(descriptor, path: path, holds: windows * windowSize)
    let count = try RecordLogReader(opening: path).count()
    let published = header.advanced(by: RecordLayout.countOffset).assumingMemoryBound(to: UInt64.self)
    assay_store_release(published, UInt64(count).littleEndian)
  }
}

/// Writes the records of one stream. Confined to its thread. The next writer of the stream continues in its window.
public struct StreamRecordWriter: ~Copyable {
  /// Records of this writer.
  public private(set) var count = 0

  private let log: StreamRecordLog
  private let stream: UInt64
  private var window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var cursor: UnsafeMutablePointer<UInt64>?
  private var room = 0

  /// - Parameter stream: its number, from 1 on.
  public init(_ log: StreamRecordLog, stream: Int) {
    self.log = log
    self.stream = UInt64(UInt32(stream))
    guard let begun = log.takeBegun(by: self.stream),
      let start = UnsafeMutableRawPointer(bitPattern: begun.address)
    else { return }
    window = UnsafeMutableRawBufferPointer(start: start, count: log.windowSize)
    room = begun.room
    let used = log.windowSize / RecordLayout.streamRecordSize - room
    cursor = (start + used * RecordLayout.streamRecordSize).assumingMemoryBound(to: UInt64.self)
  }

  deinit {
    if room > 0 {
      log.leave(StreamRecordLog.BegunWindow(address: UInt(bitPattern: window.baseAddress), room: room), to: stream)
    } else {
      log.giveBack(window)
    }
  }

  /// Whether `append` may be called; otherwise call `makeRoom` first.
  @inline(__always)
  public var hasRoom: Bool { room > 0 }

  /// Takes the next window.
  ///
  /// - Throws: `.inputOutput` if the disk is full. Existing records stay.
  public mutating func makeRoom() throws(AssayError) {
    let next = try log.takeWindow()
    log.giveBack(window)
    window = next
    cursor = next.baseAddress?.assumingMemoryBound(to: UInt64.self)
    room = next.count / RecordLayout.streamRecordSize
  }

  /// Stores and publishes one record. `hasRoom` must be true.
  @inline(__always)
  public mutating func append(start: UInt64, duration: UInt64, scheduled: UInt64, query: UInt32) {
    guard let cursor else { return }
    cursor[0] = start
    cursor[1] = duration
    cursor[2] = scheduled
    assay_store_release(cursor + 3, stream | UInt64(query) << 32)
    self.cursor = cursor + 4
    room -= 1
    count += 1
  }
}
