public import AssayCore
import Glibc

/// A file with one image a line, `label TAB path`: how the list of a data set reaches a worker without growing either process.
public enum ImageManifest {
  /// Writes the list.
  ///
  /// - Throws: `.inputOutput`; `.badData` for a name that has a line break in it.
  public static func write(_ images: [LabelledImage], to path: String) throws(AssayError) {
    guard let file = fopen(path, "we") else { throw failure("make", path) }
    for image in images {
      guard !image.path.utf8.contains(UInt8(ascii: "\n")) else {
        fclose(file)
        throw AssayError(.badData, "The name of the image \(image.path) has a line break in it.", advice: "Rename it.")
      }
      fputs("\(image.label)\t\(image.path)\n", file)
    }
    // Errors of earlier writes are remembered by the stream.
    let failed = ferror(file) != 0
    guard fclose(file) == 0, !failed else { throw failure("write", path) }
  }

  fileprivate static func failure(_ action: String, _ path: String) -> AssayError {
    AssayError(.inputOutput, "Cannot \(action) the list of images \(path): \(String(cString: strerror(errno))).")
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
    guard let file = fopen(path, "re") else { throw ImageManifest.failure("open", path) }
    self.file = file
    self.path = path
  }

  deinit {
    free(line)
    fclose(file)
  }

  /// The next image, `nil` after the last.
  ///
  /// - Throws: `.badData` where a line is not one of a manifest.
  public mutating func next() throws(AssayError) -> LabelledImage? {
    let length = getline(&line, &capacity, file)
    guard length > 0, let line else { return nil }
    if line[length - 1] == CChar(bitPattern: UInt8(ascii: "\n")) { line[length - 1] = 0 }
    let parts = String(cString: line).split(separator: "\t", maxSplits: 1)
    guard parts.count == 2, let label = Int(parts[0]) else {
      throw AssayError(.badData, "The list of images \(path) has a line that is no label and path.")
    }
    return LabelledImage(path: String(parts[1]), label: label)
  }
}
