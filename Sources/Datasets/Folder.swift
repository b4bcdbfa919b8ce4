import AssayCore
import Glibc

/// Reads folders.
enum Folder {
  /// `nil` if it cannot be found out; `errno` says why.
  static func isFolder(_ path: String) -> Bool? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT == S_IFDIR : nil
  }

  static func reason() -> String { "cannot be read: \(String(cString: strerror(errno)))" }

  /// The names in a folder, without hidden ones, sorted by their bytes.
  static func names(in path: String) throws(AssayError) -> NameList {
    var names = NameList()
    try forEachName(in: path) { (name) throws(AssayError) in try add(name, to: &names, of: path) }
    names.sort()
    return names
  }

  /// The files in a folder and its direct subfolders, as relative paths, without hidden ones, sorted by their bytes.
  static func files(in path: String, except isLeftOut: (String) -> Bool) throws(AssayError) -> NameList {
    var files = NameList()
    try forEachName(in: path) { (name) throws(AssayError) in
      guard isFolder("\(path)/\(name)") == true else {
        if !isLeftOut(name) { try add(name, to: &files, of: path) }
        return
      }
      try forEachName(in: "\(path)/\(name)") { (file) throws(AssayError) in
        try add("\(name)/\(file)", to: &files, of: path)
      }
    }
    files.sort()
    return files
  }

  /// Calls `body` with every name that is not hidden, in no order.
  private static func forEachName(
    in path: String, _ body: (String) throws(AssayError) -> Void
  ) throws(AssayError) {
    guard let stream = opendir(path) else {
      throw AssayError(
        .badData, "The folder \(path) \(reason()).", advice: "Check that you may read it, or leave it out.")
    }
    defer { closedir(stream) }
    errno = 0
    while let entry = readdir(stream) {
      let name = try decodedName(entry, in: path)
      if !name.hasPrefix(".") { try body(name) }
      errno = 0
    }
    guard errno == 0 else { throw AssayError(.badData, "The folder \(path) \(reason()).") }
  }

  private static func add(_ name: String, to names: inout NameList, of path: String) throws(AssayError) {
    guard names.append(name) else {
      throw AssayError(.badData, "The folder \(path) has more names than Assay can hold.")
    }
  }

  private static func decodedName(_ entry: UnsafeMutablePointer<dirent>, in path: String) throws(AssayError) -> String {
    // d_name is a C array, which Swift sees as a tuple; the terminating zero is within its bounds.
    let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw AssayError(
        .badData, "A name in \(path) is not UTF-8: \(String(decoding: bytes, as: UTF8.self)).", advice: "Rename it.")
    }
    return name
  }
}

/// The file behind a path: two paths to one file are equal.
struct FileIdentity: Equatable {
  private let device: UInt
  private let number: UInt

  /// `nil` if there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (UInt(status.st_dev), UInt(status.st_ino))
  }
}
