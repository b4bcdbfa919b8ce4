import AssayCore
import Glibc
import Platform

/// Files that parents sent, kept under their SHA-256 so that none is sent twice: `$XDG_CACHE_HOME/assay`, else `~/.cache/assay`.
struct ContentStore {
  /// The folder of files and of the private folders of runs, on one file system so that a run can link to files.
  let root: String
  var folder: String { "\(root)/content" }

  /// - Throws: `.inputOutput` if there is no such folder and none can be made.
  init(environment: [String: String]) throws(AssayError) {
    guard let root = CacheFolder.path(environment: environment) else {
      throw AssayError(
        .inputOutput, "The worker has no folder for the model and images.", advice: "Set HOME or XDG_CACHE_HOME there.")
    }
    self.root = root
    do throws(SystemError) {
      try Folder.make(folder)
    } catch {
      throw Self.failure("Cannot make the folder \(folder)", error)
    }
  }

  func path(of file: OfferedFile) -> String { "\(folder)/\(file.sha256)" }

  /// Whether a file is there in full. Its content was checked when it came.
  func holds(_ file: OfferedFile) -> Bool {
    var status = stat()
    return stat(path(of: file), &status) == 0 && Int(status.st_size) == file.bytes
  }

  /// Writes a file piece by piece and checks that it is the offered one.
  ///
  /// - Parameter nextPiece: blocks until a piece comes.
  /// - Throws: `.inputOutput` for a full disk or a file that changed, and what `nextPiece` throws. The incomplete file is removed.
  func receive(_ file: OfferedFile, nextPiece: () throws(AssayError) -> ArraySlice<UInt8>) throws(AssayError) {
    let temporary = "\(path(of: file)).\(getpid())"
    defer { unlink(temporary) }
    var digest = SHA256()
    var count = 0
    let output = try Self.open(temporary)
    repeat {
      let piece = try nextPiece()
      piece.withUnsafeBytes { digest.update($0) }
      count += piece.count
      do throws(SystemError) {
        try output.write(piece)
      } catch {
        throw Self.failure("There is no room for \(file.name) (\(file.bytes) bytes) in \(folder)", error)
      }
    } while count < file.bytes
    guard count == file.bytes, digest.hexDigest == file.sha256 else {
      throw AssayError(.inputOutput, "\(file.name) changed while it was sent.", advice: "Start the run again.")
    }
    guard rename(temporary, path(of: file)) == 0 else {
      throw Self.failure("Cannot keep \(file.name) in \(folder)", .init(code: errno))
    }
  }

  /// Makes a file appear under another path, without copying it.
  func link(_ file: OfferedFile, to path: String) throws(AssayError) {
    // A hard link keeps the file's folder for engines that look for files beside it; not every file system has them.
    guard Glibc.link(self.path(of: file), path) != 0, symlink(self.path(of: file), path) != 0 else { return }
    throw Self.failure("Cannot make \(path)", .init(code: errno))
  }

  private static func open(_ path: String) throws(AssayError) -> FileDescriptor {
    do throws(SystemError) {
      return try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC)
    } catch {
      throw failure("Cannot write \(path)", error)
    }
  }

  static func failure(_ what: String, _ error: SystemError) -> AssayError {
    AssayError(
      .inputOutput, "\(what): \(error).",
      advice: "Free some space there: assay/content in the cache folder may be removed. Or set XDG_CACHE_HOME there.")
  }
}
