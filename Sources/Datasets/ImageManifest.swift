public import AssayCore
import Glibc

/// Writes a file with one image per line, `label TAB path`. A worker gets the list of a data set this way, without growing either process.
///
/// If the path is that of a copy, `NUL name` follows it: paths hold tabs, but never NUL.
public struct ImageManifestWriter: ~Copyable {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>

  /// Creates the file, or empties it.
  ///
  /// - Throws: `.inputOutput`
  public init(creating path: String) throws(AssayError) {
    guard let file = fopen(path, "we") else { throw AssayError.manifest("make", path) }
    self.file = file
    self.path = path
  }

  deinit { fclose(file) }

  /// - Throws: `.badData` for a name with a line break.
  public func append(_ image: LabelledImage) throws(AssayError) {
    guard !image.path.utf8.contains(UInt8(ascii: "\n")), !image.name.utf8.contains(UInt8(ascii: "\n")) else {
      throw AssayError(.badData, "The name of the image \(image.name) has a line break in it.", advice: "Rename it.")
    }
    let name = image.name == image.path ? "" : "\0\(image.name)"
    let line = Array("\(image.label)\t\(image.path)\(name)\n".utf8)
    fwrite(line, 1, line.count, file)
  }

  /// Call it last: only then is it known that everything was written.
  ///
  /// - Throws: `.inputOutput`
  public func finish() throws(AssayError) {
    // The stream remembers errors of earlier writes.
    guard fflush(file) == 0, ferror(file) == 0 else { throw AssayError.manifest("write", path) }
  }
}

/// Reads the images of a manifest one by one.
public struct ImageManifestReader: ~Copyable {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private var line: UnsafeMutablePointer<CChar>?
  private var capacity = 0

  /// - Throws: `.inputOutput`
  public init(opening path: String) throws(AssayError) {
    guard let file = fopen(path, "re") else { throw AssayError.manifest("open", path) }
    self.file = file
    self.path = path
  }

  deinit {
    free(line)
    fclose(file)
  }

  /// The next image, `nil` after the last.
  ///
  /// - Throws: `.badData` if a line is not a label and a path; `.inputOutput`.
  public mutating func next() throws(AssayError) -> LabelledImage? {
    let length = getline(&line, &capacity, file)
    guard length > 0, let line else {
      guard ferror(file) == 0 else { throw AssayError.manifest("read", path) }
      return nil
    }
    // The last line has no end only if the file was cut off.
    let isWhole = line[length - 1] == CChar(bitPattern: UInt8(ascii: "\n"))
    line[length - 1] = 0
    let parts = String(cString: line).split(separator: "\t", maxSplits: 1)
    guard isWhole, parts.count == 2, let label = Int(parts[0]), label >= 0 else {
      throw AssayError(.badData, "The list of images \(path) has a line that is not a label and a path.")
    }
    return LabelledImage(path: String(parts[1]), label: label, name: Self.name(in: line, length: length))
  }
}

extension ImageManifestReader {
  /// What follows the first NUL, which is not the one at the end.
  private static func name(in line: UnsafePointer<CChar>, length: Int) -> String? {
    let pathEnd = strlen(line)
    return pathEnd < length - 1 ? String(cString: line + pathEnd + 1) : nil
  }
}

extension AssayError {
  fileprivate static func manifest(_ action: String, _ path: String) -> AssayError {
    AssayError(.inputOutput, "Cannot \(action) the list of images \(path): \(String(cString: strerror(errno))).")
  }
}
