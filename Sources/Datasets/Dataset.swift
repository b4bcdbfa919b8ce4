public import AssayCore

/// The content of a data set, and how its labels were read.
public struct DatasetSummary: Hashable, Sendable {
  /// Images to use.
  public let count: Int
  /// All images.
  public let total: Int
  /// Classes with a folder, even an empty one, or an image.
  public let classCount: Int
  /// The lowest and the highest label of an image.
  public let labels: ClosedRange<Int>
  /// How many classes the labels name or rank, which the model must have; `nil` if labels are numbers.
  public let namedClasses: Int?
  /// The names of all classes but the background; `nil` without a list.
  public let classNames: [String]?
  public let description: DatasetDescription
}

/// Labelled images, checked, but neither decoded nor held in memory.
public struct Dataset: Sendable {
  private enum Layout: Sendable {
    case folders(ClassFolders)
    case groundTruth(GroundTruth)
  }

  private let layout: Layout
  private let classes: ClassList?

  /// Looks at the folder and reads the files with labels.
  ///
  /// - Throws: `.badData`, with file and line or the name of a folder, if they cannot be read, do not match, or are ambiguous.
  public init(_ source: DatasetSource) throws(AssayError) {
    let root =
      source.folder.count > 1 && source.folder.hasSuffix("/") ? String(source.folder.dropLast()) : source.folder
    guard let isFolder = Folder.isFolder(root) else { throw ClassFolders.unusable(root, Folder.reason()) }
    guard isFolder else { throw ClassFolders.unusable(root, "is a file") }
    classes = if let labels = source.labels { try ClassList(readingFrom: labels) } else { nil }
    let reader = LabelReader(classes: classes, reading: source.labelReading)
    if let file = source.groundTruth {
      let leftOut = [file] + (source.labels.map { [$0] } ?? [])
      layout = .groundTruth(try GroundTruth(root, file: file, labels: reader, leftOut: leftOut))
    } else {
      layout = .folders(try ClassFolders(root, labels: reader))
    }
  }

  /// Calls `body` with every image, in the same order on every machine.
  ///
  /// - Throws: what `body` throws; `.badData` if a folder cannot be read or there are no images.
  public func forEachImage(_ body: (LabelledImage) throws(AssayError) -> Void) throws(AssayError) {
    switch layout {
    case .folders(let folders): try folders.forEachImage(body)
    case .groundTruth(let truth): try truth.forEachImage(body)
    }
  }

  /// Writes the list of images for a worker: all, or those that `sampling` chooses.
  ///
  /// - Throws: as `forEachImage` does; `.inputOutput` if the list cannot be written.
  public func writeManifest(to path: String, sampling: Sampling? = nil) throws(AssayError) -> DatasetSummary {
    var sampler: StratifiedSampler?
    if let sampling {
      let counts = try countsByLabel()
      let total = counts.values.reduce(0, +)
      sampler = StratifiedSampler(counts: counts, choosing: sampling.count(of: total), seed: sampling.seed)
    }
    let writer = try ImageManifestWriter(creating: path)
    var counts: [Int: Int] = [:]
    var count = 0
    try forEachImage { (image) throws(AssayError) in
      counts[image.label, default: 0] += 1
      guard sampler?.chooses(image.label) != false else { return }
      try writer.append(image)
      count += 1
    }
    try writer.finish()
    return summary(counts, count: count, sampling: sampling)
  }

  private func countsByLabel() throws(AssayError) -> [Int: Int] {
    switch layout {
    case .groundTruth(let truth): return truth.countsByLabel()
    case .folders(let folders):
      var counts: [Int: Int] = [:]
      try folders.forEachImage { (image) throws(AssayError) in counts[image.label, default: 0] += 1 }
      return counts
    }
  }

  private func summary(_ counts: [Int: Int], count: Int, sampling: Sampling?) -> DatasetSummary {
    let total = counts.values.reduce(0, +)
    let classCount: Int
    let namedClasses: Int?
    let labels: DatasetDescription.Labels
    switch layout {
    case .folders(let folders):
      classCount = folders.folders.count
      namedClasses = folders.namedClasses
      labels = .folders(
        .init(
          classes: classCount, emptyClasses: classCount - counts.count, naming: folders.naming, list: folders.list))
    case .groundTruth(let truth):
      classCount = counts.count
      namedClasses = classes?.names.count
      labels = .file(truth.file)
    }
    let description = DatasetDescription(
      images: total, labels: labels,
      backgroundList: classes.flatMap { $0.hasBackground ? $0.path.lastComponent : nil },
      sample: sampling.map { DatasetDescription.Sample(count: count, seed: $0.seed) })
    return DatasetSummary(
      count: count, total: total, classCount: classCount, labels: (counts.keys.min() ?? 0)...(counts.keys.max() ?? 0),
      namedClasses: namedClasses,
      classNames: classes?.names,
      description: description)
  }
}
