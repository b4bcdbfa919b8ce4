import AssayCore

/// Images labelled by a file: one row per image, in one of the formats of `GroundTruthFormat`.
///
/// Rows and images must match one to one. Images are the files in the folder and its direct subfolders, without hidden ones and the two
/// files with labels. A row names an image by its relative path.
struct GroundTruth {
  let imageCount: Int
  let file: DatasetDescription.LabelFile
  private let root: String
  private let images: NameList
  /// By the index of the image in the sorted list.
  private var labels: [Int32]

  /// - Parameter leftOut: paths of files that are not images but may lie among them.
  /// - Throws: `.badData`, with file and line, if the file does not label every image exactly once.
  init(
    _ root: String, file: String, labels reader: LabelReader, leftOut: [String]
  ) throws(AssayError) {
    let identities = leftOut.compactMap { FileIdentity($0) }
    images = try Folder.files(in: root) { name in
      FileIdentity("\(root)/\(name)").map { identities.contains($0) } ?? false
    }
    guard !images.isEmpty else { throw ClassFolders.unusable(root, "has no images in it") }
    self.root = root
    imageCount = images.count
    labels = Array(repeating: -1, count: images.count)

    var lines = try TextLines(opening: file)
    guard let first = try lines.next() else {
      throw AssayError(.badData, "\(file) is empty; it must have the label of every image.")
    }
    let rows = try GroundTruthRows(first, from: &lines, images: images, folder: root, labels: reader)
    self.file = rows.format.description(of: file.lastComponent)
    if rows.format.hasHeader {
      guard let row = try lines.next() else { throw AssayError(.badData, "\(file) has a header but no rows.") }
      try readRows(row, from: &lines, rows)
    } else {
      try readRows(first, from: &lines, rows)
    }
    try checkComplete(file)
  }

  /// Calls `body` with every image, by the bytes of its path.
  func forEachImage(_ body: (LabelledImage) throws(AssayError) -> Void) throws(AssayError) {
    for index in 0..<images.count {
      try body(LabelledImage(path: "\(root)/\(images[index])", label: Int(labels[index])))
    }
  }

  /// Labels that at least one image has.
  func countsByLabel() -> [Int: Int] {
    labels.reduce(into: [:]) { $0[Int($1), default: 0] += 1 }
  }

  private mutating func readRows(
    _ first: String, from lines: inout TextLines, _ rows: GroundTruthRows
  ) throws(AssayError) {
    var next: String? = first
    var position = 0
    while let line = next {
      let place = lines.place
      let (index, label) = try rows.read(line, position: position, from: &lines)
      guard labels[index] < 0 else {
        let earlier = Int(labels[index])
        throw AssayError(
          .badData,
          "\(place) has the image \(images[index]) a second time\(earlier == label ? "" : ", with the label \(label) after \(earlier)").",
          advice: "Every image must have one row.")
      }
      labels[index] = Int32(label)
      position += 1
      next = try lines.next()
    }
  }

  private func checkComplete(_ file: String) throws(AssayError) {
    guard let first = labels.firstIndex(of: -1) else { return }
    let missing = labels.count { $0 < 0 }
    throw AssayError(
      .badData,
      "\(file) labels \(labels.count - missing) of the \(labels.count) images in \(root): \(images[first]) has no row.",
      advice: "Every file in the folder must have one row; take the others out of it.")
  }
}
