import Glibc

/// Folders, without Foundation.
public enum Folder {
  /// The permissions of what only its owner may read.
  public static let privateMode: UInt32 = 0o700

  /// Makes a folder and those above it, unless they exist.
  ///
  /// - Parameter mode: the permissions of the folders that it makes.
  public static func make(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
    if mkdir(path, mode) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let end = path.lastIndex(of: "/"), end != path.startIndex else { throw .last }
    try make(String(path[..<end]), mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw .last }
  }

  /// Takes a file or folder of this user from all others. Others' stay as they are, and so do those on a read-only disk.
  public static func makePrivate(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_uid == geteuid() else { return }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    guard isFolder || status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 else { return }
    chmod(path, status.st_mode & 0o700)
  }

  /// Whether there is a regular file at a path, which is no link.
  public static func hasFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether there is nothing at a path.
  public static func isFree(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 && errno == ENOENT
  }

  /// Makes a folder with a name of its own, which only this user may open.
  ///
  /// - Parameter prefix: its path without the last characters.
  /// - Returns: its path.
  public static func makeUnique(_ prefix: String) throws(SystemError) -> String {
    var template = Array("\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .last }
    return template.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } ?? prefix }
  }

  /// The absolute path of a file or folder without links; the path itself where there is none.
  public static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The names in a folder, in no order; none if it cannot be read.
  public static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes a file or a link. One that is gone already is no failure.
  public static func removeFile(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .last }
  }

  /// Removes a file, a link, or a folder with all that is in it. Whatever cannot be removed stays.
  public static func removeAll(_ path: String) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      for name in names(in: path) { removeAll("\(path)/\(name)") }
    }
    remove(path)
  }
}
