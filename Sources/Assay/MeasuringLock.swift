import Foundation
import Glibc
import Platform

/// Tells processes on this machine that this one measures, and notices others that do.
///
/// Each has a file of its own in the runtime folder, locked while it measures: two that measure at once compete for the processors. Whoever finds
/// the locked file of another writes into it, so that a long run notices a short one in its middle.
final class MeasuringLock {
  private let folder: String
  private let path: String
  private let file: FileDescriptor

  /// - Returns: `nil` if there is no folder for it; then nobody is noticed.
  init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
    folder = Self.folder(environment)
    path = "\(folder)/\(getpid())-\(UUID().uuidString)"
    guard (try? Folder.make(folder, mode: Folder.privateMode)) != nil,
      let file = try? FileDescriptor(opening: path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600), file.tryLock()
    else { return nil }
    self.file = file
  }

  deinit { unlink(path) }

  /// Forgets who was found before the measurement.
  func begin() { ftruncate(file.number, 0) }

  /// Whether another process measures now, or has found this one since it began. Removes what killed processes left.
  var isShared: Bool {
    // Cells that take turns have a file each.
    let others = Folder.names(in: folder).filter { !$0.hasPrefix("\(getpid())-") }
    let held = others.filter { Self.isHeld("\(folder)/\($0)") }
    return !held.isEmpty || !FileDescriptor.isEmpty(path)
  }

  private static func isHeld(_ path: String) -> Bool {
    guard let file = try? FileDescriptor(opening: path, O_RDWR | O_NOFOLLOW | O_NONBLOCK) else { return false }
    guard file.tryLock(isShared: true) else {
      try? file.write([UInt8(ascii: "!")])
      return true
    }
    var information = stat()
    // A process that has just made its file has not locked it yet.
    guard fstat(file.number, &information) == 0, time(nil) - information.st_mtim.tv_sec > 10 else { return false }
    unlink(path)
    return false
  }

  /// `$XDG_RUNTIME_DIR/assay`, or one below the temporary folder.
  private static func folder(_ environment: [String: String]) -> String {
    if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") { return "\(runtime)/assay/measuring" }
    return TemporaryFolder.path("measuring")
  }
}
