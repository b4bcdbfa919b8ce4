import Glibc

/// A private folder of this process. Whoever makes the next one in the same place removes those of processes that were killed.
public final class LockedFolder: Sendable {
  public let path: String
  /// Locked for as long as this process lives, so that others remove the folders of dead processes only. A file system or a sandbox without
  /// locks leaves the folder to be removed by hand.
  private let lock: FileDescriptor?

  /// - Parameters:
  ///   - parent: exists.
  ///   - prefix: of its name. In a folder for one purpose none is needed.
  public init(in parent: String, prefix: String = "") throws(SystemError) {
    LockedFolder.removeAbandoned(in: parent, prefix: prefix)
    path = try Folder.makeUnique("\(parent)/\(prefix)")
    lock = try? FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY)
    _ = lock?.tryLock()
  }

  /// Removes it with all that is in it.
  public func remove() { Folder.removeAll(path) }

  private static func removeAbandoned(in parent: String, prefix: String) {
    for name in Folder.names(in: parent) where name.hasPrefix(prefix) {
      let path = "\(parent)/\(name)"
      // Links lead to what is not ours.
      guard let abandoned = try? FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), isOld(abandoned),
        abandoned.tryLock()
      else { continue }
      Folder.removeAll(path)
    }
  }

  /// Whether it is of this user, and its process has had the time to lock it.
  private static func isOld(_ folder: FileDescriptor) -> Bool {
    var status = stat()
    return fstat(folder.number, &status) == 0 && status.st_uid == geteuid()
      && Double(status.st_mtim.tv_sec) + 60 < WallClock.seconds()
  }
}
