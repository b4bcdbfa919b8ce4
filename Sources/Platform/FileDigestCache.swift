import Glibc

/// Digests of large files across runs, in one file: per line the identity and the SHA-256.
///
/// It only saves time, so a cache that cannot be read or written is no error.
final class FileDigestCache {
  /// Smaller files are read in the time that the cache takes.
  static let smallestFile = 16 << 20
  /// Seconds that a file must be unchanged: a program that writes through a mapping changes the time only when the kernel writes the page back.
  private static let leastAge = 60.0
  private static let maximumCount = 256
  private static let digestLength = 64

  private let folder: String
  private var path: String { "\(folder)/digests" }
  private lazy var entries: [FileIdentity: String] = Dictionary(read()) { $1 }

  init(in folder: String) { self.folder = folder }

  subscript(identity: FileIdentity) -> SHA256.FileDigest? {
    guard identity.bytes >= Self.smallestFile else { return nil }
    return entries[identity].map { SHA256.FileDigest(bytes: identity.bytes, sha256: $0) }
  }

  /// - Parameter age: seconds since the last change of the file.
  func keep(_ digest: SHA256.FileDigest, of identity: FileIdentity, age: Double) {
    guard identity.bytes >= Self.smallestFile, digest.bytes == identity.bytes, age > Self.leastAge else { return }
    entries[identity] = digest.sha256
    // Other processes may have added entries in the meantime.
    let lines = (read().filter { $0.0 != identity } + [(identity, digest.sha256)]).suffix(Self.maximumCount)
      .map { "\($0.0.numbers.map(String.init).joined(separator: " ")) \($0.1)\n" }
    try? write(lines.joined())
  }

  private func read() -> [(FileIdentity, String)] {
    guard let bytes = try? FileDescriptor.contents(of: path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let digest = words.last, digest.utf8.count == Self.digestLength, digest.allSatisfy(\.isHexDigit),
        let identity = FileIdentity(words.dropLast().compactMap { Int($0) })
      else { return nil }
      return (identity, String(digest))
    }
  }

  /// Replaces the file at once, so that no reader sees half of it.
  private func write(_ text: String) throws(SystemError) {
    try Folder.make(folder)
    let draft = "\(path).\(getpid())"
    defer { unlink(draft) }
    try FileDescriptor(opening: draft, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).write(text.utf8)
    guard rename(draft, path) == 0 else { throw .last }
  }
}
