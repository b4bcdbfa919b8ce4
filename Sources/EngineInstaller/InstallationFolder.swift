import AssayCore
import Foundation
import Glibc
import Platform

/// The managed folder, locked for one installation.
final class InstallationFolder {
  /// A new folder on the same file system, for incomplete engines.
  let partial: String

  private static let partialPrefix = ".partial-"
  private static let stampName = ".assay-wheel"
  private let path: String
  private let lock: FileDescriptor

  /// Waits for another installation to end, then removes the leftovers of interrupted ones.
  init(_ path: String, report: (String) -> Void) throws(AssayError) {
    self.path = path
    let partial = "\(path)/\(Self.partialPrefix)\(getpid())"
    self.partial = partial
    let files = FileManager.default
    try Self.doing("make the folder \(path)") {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    do throws(SystemError) {
      lock = try FileDescriptor(opening: "\(path)/.lock", O_RDWR | O_CREAT)
      // The kernel releases the lock when the process ends, however it does.
      try lock.lock { report("Another installation is under way; waiting for it to end") }
    } catch {
      throw Self.failure("write in \(path)", "\(error)")
    }
    try Self.doing("clear \(path)") {
      for name in try files.contentsOfDirectory(atPath: path) where name.hasPrefix(Self.partialPrefix) {
        // A pip that outlived its installation may still be writing. The next installation removes the folder.
        try? files.removeItem(atPath: "\(path)/\(name)")
      }
      try files.createDirectory(atPath: partial, withIntermediateDirectories: false)
    }
  }

  func removePartial() {
    // The next installation removes what remains.
    try? FileManager.default.removeItem(atPath: partial)
  }

  /// What something in a managed folder came from: the hash of an engine's wheel.
  static func stamp(of name: String, in folder: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(name)/\(stampName)", encoding: .utf8)
  }

  /// Moves a complete engine into place, replacing an older one.
  func place(_ unpacked: String, as name: String, stamp: String) throws(AssayError) {
    let files = FileManager.default
    let place = "\(path)/\(name)"
    let partial = partial
    try Self.doing("put \(name) into \(path)") {
      try Data(stamp.utf8).write(to: URL(filePath: "\(unpacked)/\(Self.stampName)"))
      // After a power cut the libraries must be on disk, not only their names.
      sync()
      if files.fileExists(atPath: place) { try files.moveItem(atPath: place, toPath: "\(partial)/\(name).old") }
      try files.moveItem(atPath: unpacked, toPath: place)
    }
  }

  /// Moves a file into a folder.
  func move(_ file: String, into folder: String) throws(AssayError) {
    let name = URL(filePath: file).lastPathComponent
    try Self.doing("put \(name) into \(path)") {
      try FileManager.default.moveItem(atPath: file, toPath: "\(folder)/\(name)")
    }
  }

  private static func doing(_ what: String, _ body: () throws -> Void) throws(AssayError) {
    do {
      try body()
    } catch {
      throw failure(what, error.localizedDescription)
    }
  }

  private static func failure(_ what: String, _ reason: String) -> AssayError {
    AssayError(
      .inputOutput, "Cannot \(what): \(reason)",
      advice: "Check its permissions and the free space, or choose another place with XDG_DATA_HOME.")
  }
}
