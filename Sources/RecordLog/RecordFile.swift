import AssayCore
import CPlatform
import Glibc
import Platform

/// The file of a record log: made, opened, mapped and checked in the same way for both layouts.
enum RecordFile {
  /// - Returns: the descriptor and the mapped header.
  static func make(_ path: String, _ layout: RecordLayout.Kind) throws(AssayError) -> (Int32, UnsafeMutableRawPointer) {
    // Who keeps the worker from making files makes an empty one before.
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure("Cannot create the record log \(path)", errno) }
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
      writeHeader(header, layout)
      return (descriptor, header)
    } catch {
      close(descriptor)
      unlink(path)
      throw error
    }
  }

  /// - Returns: the descriptor, the mapped header and the number of complete records.
  static func open(
    _ path: String, _ layout: RecordLayout.Kind
  ) throws(AssayError) -> (Int32, UnsafeMutableRawPointer, Int) {
    // Nothing but a log that Assay made is written to.
    let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("Cannot append to the record log \(path)", errno) }
    do throws(AssayError) {
      // Count under the lock, so that no other writer appends.
      try lock(descriptor, path: path)
      let log = try RecordLogReader(opening: path)
      guard log.layout.version == layout.version else {
        throw AssayError(
          .badData, "The record log \(path) is of one stream where several write, or the other way round.",
          advice: "Start a new run.")
      }
      let present = try log.read { _ in }
      // A log that was cut within its header has no records, but may get some.
      try reserve(descriptor, path: path, offset: 0, size: RecordLayout.headerSize)
      return (descriptor, try map(descriptor, path: path, offset: 0, size: RecordLayout.headerSize), present)
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func checkEmpty(_ descriptor: Int32, path: String) throws(AssayError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size == 0 else {
      throw failure("Cannot create the record log \(path)", EEXIST)
    }
  }

  /// Records go to the mapped file, whoever sees it: without this check they would be lost in silence.
  ///
  /// - Parameter size: bytes behind the header that hold records.
  static func check(_ descriptor: Int32, path: String, holds size: Int) throws(AssayError) {
    var status = stat()
    let isThere = fstat(descriptor, &status) == 0 && status.st_nlink > 0
    guard !isThere || Int(status.st_size) < RecordLayout.headerSize + size else { return }
    throw isThere ? .truncatedRecords(path) : .removedRecords(path)
  }

  /// Held until this process ends or closes the log. Tells others whether the log may still grow.
  private static func lock(_ descriptor: Int32, path: String) throws(AssayError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
    throw AssayError(
      .inputOutput, "Another process is writing the record log \(path).", advice: "Wait for it to end, then try again."
    )
  }

  private static func writeHeader(_ header: UnsafeMutableRawPointer, _ layout: RecordLayout.Kind) {
    header.storeBytes(of: layout.version.littleEndian, toByteOffset: RecordLayout.versionOffset, as: UInt32.self)
    header.storeBytes(
      of: UInt32(RecordLayout.headerSize).littleEndian, toByteOffset: RecordLayout.headerSizeOffset, as: UInt32.self)
    header.storeBytes(
      of: UInt32(layout.recordSize).littleEndian, toByteOffset: RecordLayout.recordSizeOffset, as: UInt32.self)
    header.storeBytes(
      of: UInt32(layout.windowSize).littleEndian, toByteOffset: RecordLayout.windowSizeOffset, as: UInt32.self)
    header.storeBytes(
      of: WallClock.nanoseconds().littleEndian, toByteOffset: RecordLayout.wallClockOffset, as: UInt64.self)
    let columns = Array(layout.columns.utf8)
    (header + RecordLayout.columnsOffset).copyMemory(from: columns, byteCount: columns.count)
    // Last: a log with these bytes has a complete header, even after a kill.
    let magic = RecordLayout.magic.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
    assay_store_release(header.assumingMemoryBound(to: UInt64.self), magic.littleEndian)
  }

  static func reserve(_ descriptor: Int32, path: String, offset: Int, size: Int) throws(AssayError) {
    let status = posix_fallocate(descriptor, off_t(offset), off_t(size))
    guard status == 0 else { throw failure("No room for the record log \(path)", status) }
  }

  /// Reserves disk space, halving it until it fits on the disk.
  ///
  /// - Returns: the size in bytes, a multiple of `RecordLayout.headerSize`.
  static func reserveAtMost(_ descriptor: Int32, path: String, offset: Int, size: Int) throws(AssayError) -> Int {
    let page = RecordLayout.headerSize
    var size = (size + page - 1) / page * page
    while true {
      do throws(AssayError) {
        try reserve(descriptor, path: path, offset: offset, size: size)
        return size
      } catch {
        guard size > page else { throw error }
        size = size / page / 2 * page
      }
    }
  }

  static func map(
    _ descriptor: Int32, path: String, offset: Int, size: Int
  ) throws(AssayError) -> UnsafeMutableRawPointer {
    // A mapping starts at a page of the system, which may be larger than the log's 4 KiB.
    let lead = offset % pageSize
    let start = mmap(nil, size + lead, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, off_t(offset - lead))
    guard let start, start != MAP_FAILED else { throw failure("Cannot map the record log \(path)", errno) }
    return start + lead
  }

  static func unmap(_ start: UnsafeMutableRawPointer, size: Int) {
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
