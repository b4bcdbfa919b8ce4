import CPlatform
import Glibc

/// An open file, pipe or socket. It closes with its last reference.
public final class FileDescriptor: Sendable {
  public let number: Int32

  /// Flags of open(2) to append to a file, which is made if there is none.
  public static let appending = O_WRONLY | O_CREAT | O_APPEND

  /// Takes over a descriptor that is open.
  public init(owning number: Int32) { self.number = number }

  /// Opens a file. Programs that this process starts do not inherit it.
  ///
  /// - Parameters:
  ///   - flags: of open(2); to read by default.
  ///   - mode: the permissions of a file that is made.
  public convenience init(opening path: String, _ flags: Int32 = 0, mode: UInt32 = 0o644) throws(SystemError) {
    self.init(owning: try Self.retrying { open(path, flags | O_CLOEXEC, mode) })
  }

  deinit { close(number) }

  /// Reads into the begin of a buffer, at most as much as fits. Waits until there is something to read.
  ///
  /// - Returns: the bytes read; 0 at the end.
  public func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
    while true {
      let count = Glibc.read(number, &buffer, buffer.count)
      if count >= 0 { return count }
      guard errno == EAGAIN || errno == EINTR else { throw .last }
      if errno == EAGAIN { _ = waitUntilReadable() }
    }
  }

  /// Locks the file against other processes (flock) until it is closed.
  ///
  /// - Parameter onWait: called before a wait for another process's lock.
  public func lock(onWait: () -> Void) throws(SystemError) {
    if flock(number, LOCK_EX | LOCK_NB) == 0 { return }
    guard errno == EWOULDBLOCK || errno == EINTR else { throw .last }
    onWait()
    _ = try Self.retrying { flock(number, LOCK_EX) }
  }

  /// Locks the file against other processes until it is closed, here and in programs that inherit it.
  ///
  /// - Parameter isShared: whether others may hold the same kind of lock.
  /// - Returns: whether this process has the lock now.
  public func tryLock(isShared: Bool = false) -> Bool {
    flock(number, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0
  }

  /// Whether a path still leads to this file: another process may have removed or replaced it.
  public func isStill(at path: String) -> Bool {
    var (own, found) = (stat(), stat())
    return fstat(number, &own) == 0 && lstat(path, &found) == 0 && own.st_ino == found.st_ino
      && own.st_dev == found.st_dev
  }

  /// Whether this is a file with content, rather than a folder, a pipe or a device.
  public var isRegularFile: Bool {
    var status = stat()
    return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Makes sure that what was written survives a power cut.
  public func synchronize() throws(SystemError) {
    guard fsync(number) == 0 else { throw .last }
  }

  /// Writes all bytes.
  public func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
    try sendAll(Array(bytes)) { Glibc.write(number, $0.baseAddress, $0.count) }
  }

  /// Writes all bytes into a socket. When the reader is gone it throws `EPIPE`, without SIGPIPE.
  func send(_ bytes: [UInt8]) throws(SystemError) {
    try sendAll(bytes) { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  /// Writes into a socket what fits without waiting.
  ///
  /// - Returns: the bytes written; 0 if the reader must take some first.
  /// - Throws: `EPIPE` if the reader is gone, without SIGPIPE.
  func sendSome(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    do throws(SystemError) {
      return try Self.retrying {
        bytes.withUnsafeBytes { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) }
      }
    } catch {
      guard error.code == EAGAIN else { throw error }
      return 0
    }
  }

  private func sendAll(_ bytes: [UInt8], _ call: (UnsafeRawBufferPointer) -> Int) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = bytes[written...]
      written += try Self.retrying { rest.withUnsafeBytes(call) }
    }
  }

  /// Sleeps until there is something to read, or the end.
  ///
  /// - Returns: `false` on a time-out.
  public func waitUntilReadable(seconds: Double? = nil) -> Bool {
    let end = seconds.map { MonotonicClock.seconds() + $0 }
    var state = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    while true {
      let rest = end.map { max($0 - MonotonicClock.seconds(), 0) }
      let milliseconds = rest.map { Int32(min($0 * 1000, 1e9).rounded(.up)) } ?? -1
      if poll(&state, 1, milliseconds) > 0 { return true }
      if let end, MonotonicClock.seconds() >= end { return false }
    }
  }

  /// A file in memory that has no name, and is gone when it closes, even by a kill.
  ///
  /// - Parameter name: for the lists of the kernel alone.
  public static func anonymous(_ name: String) throws(SystemError) -> FileDescriptor {
    FileDescriptor(owning: try retrying { assay_anonymous_file(name) })
  }

  /// A pipe that no other program inherits.
  static func pipe() throws(SystemError) -> (reading: FileDescriptor, writing: FileDescriptor) {
    var ends: [Int32] = [-1, -1]
    guard assay_pipe(&ends) == 0 else { throw .last }
    return (FileDescriptor(owning: ends[0]), FileDescriptor(owning: ends[1]))
  }

  /// Two connected sockets that no other program inherits.
  static func socketPair() throws(SystemError) -> (FileDescriptor, FileDescriptor) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .last }
    return (FileDescriptor(owning: ends[0]), FileDescriptor(owning: ends[1]))
  }

  /// Repeats a call while signals interrupt it.
  private static func retrying<Result: SignedInteger>(_ call: () -> Result) throws(SystemError) -> Result {
    while true {
      let result = call()
      if result >= 0 { return result }
      guard errno == EINTR else { throw .last }
    }
  }
}

extension FileDescriptor {
  /// Whether there is a file at a path, without content.
  public static func isEmpty(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == 0
  }

  /// The content of a file, also of the kernel's, whose size is unknown.
  ///
  /// - Parameter limit: the most bytes that make sense: an endless file must not fill the memory.
  /// - Throws: `EFBIG` for a file that is longer.
  public static func contents(of path: String, limit: Int = 8 << 20) throws(SystemError) -> [UInt8] {
    let file = try FileDescriptor(opening: path)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = try file.read(into: &block)
      if count == 0 { return bytes }
      bytes += block[..<count]
      guard bytes.count <= limit else { throw SystemError(code: EFBIG) }
    }
  }
}
