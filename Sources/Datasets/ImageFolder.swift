public import AssayCore
import Glibc

/// An image and the class that it shows.
public struct LabelledImage: Hashable, Sendable {
  /// The file, not yet looked into.
  public let path: String
  /// The class, from 0.
  public let label: Int

  /// The image at `path`, of class `label`.
  public init(path: String, label: Int) {
    self.path = path
    self.label = label
  }
}

/// A folder of class folders, each holding the images of one class.
public struct ImageFolder: Sendable {
  /// What the names of the class folders are.
  public enum Layout: String, Codable, Sendable {
    /// Every name is a number, the label: ImageNetV2 as it is distributed.
    case byIndex = "by_index"
    /// The label is the rank of the name among all names, by their bytes: ImageFolder of torchvision.
    case byName = "by_name"
  }

  /// How the folder tells labels.
  public let layout: Layout
  /// Class folders, also those without an image.
  public let classCount: Int
  /// By label, then by the bytes of the file's name.
  public let images: [LabelledImage]

  /// Lists the images below `path`.
  ///
  /// Whatever is in a class folder counts as an image, so that what cannot be decoded is named later and not left out here; hidden
  /// names, and anything beside the class folders, are ignored. Symbolic links are followed; nothing below a class folder is
  /// looked into.
  ///
  /// - Throws: `.badData`, saying what was expected, where there is no such folder, it cannot be read, or holds no images in class
  ///   folders.
  public init(_ path: String) throws(AssayError) {
    let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let isFolder = Folder.isFolder(root) else {
      throw Self.unusable(root, Folder.reason())
    }
    guard isFolder else { throw Self.unusable(root, "is a file") }
    let names = try Folder.names(in: root).filter { Folder.isFolder("\(root)/\($0)") == true }
    guard !names.isEmpty else { throw Self.unusable(root, "has no folders in it") }
    let classes: [(label: Int, name: String)]
    (layout, classes) = try Self.labels(of: names, in: root)
    classCount = classes.count
    var images: [LabelledImage] = []
    for (label, name) in classes {
      for file in try Folder.names(in: "\(root)/\(name)") {
        images.append(LabelledImage(path: "\(root)/\(name)/\(file)", label: label))
      }
    }
    guard !images.isEmpty else { throw Self.unusable(root, "has class folders but no images in them") }
    if let first = images.first?.path, Folder.isFolder(first) == true {
      let above = first.split(separator: "/").dropLast().joined(separator: "/")
      throw AssayError(
        .badData, "The image folder \(root) has folders where images are expected, such as \(first).",
        advice:
          "If the class folders are one level down, name that folder: --images \(root.hasPrefix("/") ? "/" : "")\(above)"
      )
    }
    self.images = images
  }

  /// By label.
  private static func labels(
    of names: [String], in root: String
  ) throws(AssayError) -> (Layout, [(label: Int, name: String)]) {
    let numbered = names.compactMap { name in index(name).map { (label: $0, name: name) } }
    if numbered.isEmpty { return (.byName, names.enumerated().map { (label: $0.offset, name: $0.element) }) }
    if let named = names.first(where: { index($0) == nil }) {
      throw unusable(
        root, "has class folders both with a number for a name (\(numbered[0].name)) and without (\(named))")
    }
    let sorted = numbered.sorted { $0.label < $1.label }
    for (one, next) in zip(sorted, sorted.dropFirst()) where one.label == next.label {
      throw unusable(root, "has two folders for class \(one.label) (\(one.name) and \(next.name))")
    }
    return (.byIndex, sorted)
  }

  /// The number that a name is, `nil` where it is none.
  private static func index(_ name: String) -> Int? {
    name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(name) : nil
  }

  private static func unusable(_ root: String, _ what: String) -> AssayError {
    AssayError(
      .badData, "The image folder \(root) \(what).",
      advice: "Expected a folder of class folders, named 0, 1, 2 … or by class, with the images in them.")
  }
}

/// The little that is asked of the file system.
private enum Folder {
  /// `nil` where it is not known; `errno` tells why.
  static func isFolder(_ path: String) -> Bool? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT == S_IFDIR : nil
  }

  static func reason() -> String { "cannot be read: \(String(cString: strerror(errno)))" }

  /// The names in a folder but the hidden ones, sorted by their bytes.
  static func names(in path: String) throws(AssayError) -> [String] {
    guard let stream = opendir(path) else {
      throw AssayError(
        .badData, "The folder \(path) \(reason()).", advice: "Check that you may read it, or leave it out.")
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = try decodedName(entry, in: path)
      if !name.hasPrefix(".") { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw AssayError(.badData, "The folder \(path) \(reason()).") }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func decodedName(_ entry: UnsafeMutablePointer<dirent>, in path: String) throws(AssayError) -> String {
    // d_name is a C array, which Swift sees as a tuple; the zero that ends it comes within its bounds.
    let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw AssayError(
        .badData, "A name in \(path) is not UTF-8: \(String(decoding: bytes, as: UTF8.self)).", advice: "Rename it.")
    }
    return name
  }
}
