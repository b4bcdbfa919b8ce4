import Glibc

/// Folders, without Foundation.
public enum Folder {
  /// Makes a folder and those above it, unless they exist.
  public static func make(_ path: String) throws(SystemError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let end = path.lastIndex(of: "/"), end != path.startIndex else { throw .last }
    try make(String(path[..<end]))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last }
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

  /// Removes a file, a link, or a folder with all that is in it. Whatever cannot be removed stays.
  public static func removeAll(_ path: String) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      for name in names(in: path) { removeAll("\(path)/\(name)") }
    }
    remove(path)
  }
}
