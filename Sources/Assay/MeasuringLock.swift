import Foundation
import Glibc

/// Tells processes on this machine that this one measures, and notices others that do.
///
/// Each has a file of its own in the runtime folder, locked while it measures: two that measure at once compete for the processors.
final class MeasuringLock {
  private let folder: String
  private let path: String
  private let descriptor: Int32

  /// - Returns: `nil` if there is no folder for it; then nobody is noticed.
  init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
    folder = Self.folder(environment)
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    path = "\(folder)/\(getpid())-\(UUID().uuidString)"
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return nil }
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Whether another process measures now. Removes what killed processes left.
  var isShared: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // Cells that take turns have a file each.
    return names.filter { !$0.hasPrefix("\(getpid())-") }.contains { Self.isHeld("\(folder)/\($0)") }
  }

  private static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
    var information = stat()
    // A process that has just made its file has not locked it yet.
    guard fstat(descriptor, &information) == 0, time(nil) - information.st_mtim.tv_sec > 10 else { return false }
    unlink(path)
    return false
  }

  /// `$XDG_RUNTIME_DIR/assay`, or one below the temporary folder.
  private static func folder(_ environment: [String: String]) -> String {
    if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") { return "\(runtime)/assay/measuring" }
    return FileManager.default.temporaryDirectory.appending(path: "assay-\(getuid())/measuring").path
  }
}
