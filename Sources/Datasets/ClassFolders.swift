import AssayCore

/// A folder of class folders, each holding the images of one class.
///
/// Every file in a class folder counts as an image, so that one that cannot be decoded is reported later. Hidden names and anything beside
/// the class folders are ignored. Symbolic links are followed. Folders below a class folder are not searched, but for a folder `images` that has
/// all its images, as in Tiny ImageNet.
struct ClassFolders {
  /// By label.
  let folders: [(label: Int, name: String)]
  /// How many classes the labels rank or name; `nil` if labels are numbers.
  let namedClasses: Int?
  private let root: String
  let naming: DatasetDescription.ClassFolders.Naming
  /// The file name of the list that has the names.
  let list: String?

  /// - Throws: `.badData` if there are no such folders, or their names are ambiguous.
  init(_ root: String, labels: LabelReader) throws(AssayError) {
    let entries = try Folder.names(in: root)
    var names: [String] = []
    var loose: [String] = []
    for index in 0..<entries.count {
      let name = entries[index]
      if Folder.isFolder("\(root)/\(name)") == true {
        names.append(name)
      } else if Self.isImage(name) {
        loose.append(name)
      }
    }
    guard !names.isEmpty else { throw Self.withoutFolders(root, image: loose.first) }
    if let image = loose.first, labels.reading == nil {
      throw AssayError(
        .badData,
        "The image folder \(root) can be read in two ways: it holds \(names.count) folders (such as \(names[0])) and \(loose.count) images beside them (such as \(image)).",
        advice:
          "For the class folders alone, say --labels-as \(names.allSatisfy { LabelReader.digits($0) != nil } ? "index" : "name"); for all images, give a list with --ground-truth FILE."
      )
    }
    self.root = root
    let reading = try Self.labels(of: names, in: root, labels)
    folders = reading.folders.sorted { $0.label < $1.label }
    for (one, next) in zip(folders, folders.dropFirst()) where one.label == next.label {
      throw Self.unusable(root, "has two folders for class \(one.label) (\(one.name) and \(next.name))")
    }
    (namedClasses, naming) = (reading.namedClasses, reading.naming)
    list = naming == .name ? labels.classes?.path.lastComponent : nil
  }

  /// Calls `body` with every image: by label, then by the bytes of the file's name.
  func forEachImage(_ body: (LabelledImage) throws(AssayError) -> Void) throws(AssayError) {
    var isFirst = true
    for (label, name) in folders {
      let (folder, files) = try Self.files(of: "\(root)/\(name)")
      for index in 0..<files.count {
        let path = "\(folder)/\(files[index])"
        if isFirst, Folder.isFolder(path) == true { throw tooDeep(path) }
        isFirst = false
        try body(LabelledImage(path: path, label: label))
      }
    }
    guard !isFirst else { throw Self.unusable(root, "has class folders but no images in them") }
  }

  /// The folder that has the images of a class, and their names.
  private static func files(of folder: String) throws(AssayError) -> (folder: String, files: NameList) {
    let files = try Folder.names(in: folder)
    let inner = "\(folder)/images"
    guard files.index(of: "images") != nil, Folder.isFolder(inner) == true else { return (folder, files) }
    let hasImages = (0..<files.count).contains { isImage(files[$0]) }
    return hasImages ? (folder, files) : (inner, try Folder.names(in: inner))
  }

  // MARK: What the names mean

  private typealias Reading = (
    folders: [(label: Int, name: String)], namedClasses: Int?, naming: DatasetDescription.ClassFolders.Naming
  )

  private static func labels(of names: [String], in root: String, _ labels: LabelReader) throws(AssayError) -> Reading {
    let numbered = names.filter { LabelReader.digits($0) != nil }
    let listed = labels.classes.map { classes in names.filter { classes.contains($0) } } ?? []
    let place = "The image folder \(root)"
    if labels.reading != .name, numbered.count == names.count || labels.reading == .index {
      return (try labelled(names, at: place, labels), nil, .index)
    }
    if let classes = labels.classes, !listed.isEmpty {
      return (try labelled(names, at: place, labels), classes.names.count, .name)
    }
    if labels.reading == nil, let number = numbered.first,
      let name = names.first(where: { LabelReader.digits($0) == nil })
    {
      throw AssayError(
        .badData,
        "The image folder \(root) has class folders both with a number for a name (\(number)) and without (\(name)).",
        advice: "Rename them, or say --labels-as name: then the rank of a name in sorted order is its label.")
    }
    if let classes = labels.classes, classes.names.count != names.count {
      throw AssayError(
        .badData,
        "\(place) has \(names.count) class folders; none of their names (such as \(names[0])) stands in \(classes.path), which has \(classes.names.count) classes.",
        advice: "Give a list with those names, or have one folder for every class: then ranks are the labels.")
    }
    return (names.enumerated().map { ($0.offset, $0.element) }, names.count, .rank)
  }

  private static func labelled(
    _ names: [String], at place: String, _ labels: LabelReader
  ) throws(AssayError) -> [(label: Int, name: String)] {
    var folders: [(label: Int, name: String)] = []
    for name in names { folders.append((try labels.label(name, at: place), name)) }
    return folders
  }

  // MARK: Errors

  private static func isImage(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    return [".jpg", ".jpeg", ".png"].contains { lowercased.hasSuffix($0) }
  }

  private static func withoutFolders(_ root: String, image: String?) -> AssayError {
    guard let image else { return unusable(root, "has no folders in it") }
    return AssayError(
      .badData, "The image folder \(root) has images (such as \(image)) but no class folders.",
      advice: "Give a file with the label of every image: --ground-truth FILE.")
  }

  private func tooDeep(_ path: String) -> AssayError {
    let above = path.split(separator: "/").dropLast().joined(separator: "/")
    return AssayError(
      .badData, "The image folder \(root) has folders where images are expected, such as \(path).",
      advice:
        "If the class folders are one level down, name that folder: --images \(root.hasPrefix("/") ? "/" : "")\(above)")
  }

  static func unusable(_ root: String, _ what: String) -> AssayError {
    AssayError(
      .badData, "The image folder \(root) \(what).",
      advice: "Expected a folder of class folders, named 0, 1, 2 … or by class, with the images in them.")
  }
}
