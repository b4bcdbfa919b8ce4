public import AssayCore
import Glibc

/// Digests of files. A file is read once while it stays the same; a large one once across runs.
///
/// A file stays the same if its device, inode, size and times do. No program can set the time of the last change to an inode (ctime), so this
/// also notices a file that got its old time of modification back. A file that changed a moment ago may change again without a new time, so
/// its digest is not kept.
public final class FileDigests {
  /// Seconds after a change in which a file may change again at the same time: clocks of file systems are coarse, some to two seconds.
  private static let coarseness = 2.0

  private var known: [FileIdentity: SHA256.FileDigest] = [:]
  private let cache: FileDigestCache?
  private let isInterrupted: () -> Bool
  private let now: () -> Double

  /// - Parameters:
  ///   - cache: a folder for digests of large files; `nil` keeps none beyond this object.
  ///   - isInterrupted: asked four times per MiB.
  public convenience init(cache: String? = nil, isInterrupted: @escaping () -> Bool = { false }) {
    self.init(cache: cache, isInterrupted: isInterrupted, now: WallClock.seconds)
  }

  /// - Parameter now: seconds since 1970.
  init(cache: String?, isInterrupted: @escaping () -> Bool, now: @escaping () -> Double) {
    self.cache = cache.map { FileDigestCache(in: $0) }
    self.isInterrupted = isInterrupted
    self.now = now
  }

  /// - Throws: `.inputOutput` if the file cannot be read, `.interrupted`.
  public func digest(ofFile path: String) throws(AssayError) -> SHA256.FileDigest {
    try SHA256.withFile(path) { (file) throws(SystemError) in
      let identity = try FileIdentity(of: file)
      if let known = known[identity] ?? cache?[identity] { return known }
      let age = now() - identity.lastChange
      guard let digest = try SHA256.digest(of: file, isInterrupted: isInterrupted) else { return nil }
      guard age > Self.coarseness, try FileIdentity(of: file) == identity else { return digest }
      known[identity] = digest
      cache?.keep(digest, of: identity, age: age)
      return digest
    }
  }
}

/// What changes when the content of a file does.
struct FileIdentity: Hashable {
  /// Device, inode, size, and the nanoseconds of the last modification and of the last change to the inode.
  let numbers: [Int]

  var bytes: Int { numbers[2] }
  /// Seconds since 1970.
  var lastChange: Double { Double(max(numbers[3], numbers[4])) / 1e9 }

  init(of file: FileDescriptor) throws(SystemError) {
    var status = stat()
    guard fstat(file.number, &status) == 0 else { throw .last }
    let nanoseconds = { (time: timespec) in time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }
    numbers = [
      Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
      nanoseconds(status.st_mtim), nanoseconds(status.st_ctim),
    ]
  }

  init?(_ numbers: [Int]) {
    guard numbers.count == 5 else { return nil }
    self.numbers = numbers
  }
}
