public import ArgumentParser
public import AssayCore

/// Labelled images: where they are, how they are labelled, and which part of them to use.
struct DatasetArguments: ParsableArguments {
  @Option(help: .init("Folder of class folders, or of images that --ground-truth labels.", valueName: "folder"))
  var images: String

  @OptionGroup var labels: LabelArguments

  func imageSet(seed: UInt64) -> ImageSet { labels.imageSet(folder: images, seed: seed) }
}

/// How images are labelled, and which part of them to use.
struct LabelArguments: ParsableArguments {
  @Option(
    help: .init(
      "Labels of the images: lines of NAME LABEL, one LABEL per line in the sorted order of the images, or CSV with a header.",
      valueName: "file"))
  var groundTruth: String?

  @Option(help: .init("Names of the classes, one per line, in the order of the model's outputs.", valueName: "file"))
  var labels: String?

  @Option(help: .init("How to read folder names and labels that could be either: index or name.", valueName: "reading"))
  var labelsAs: LabelReading?

  @Option(
    parsing: .unconditional,
    help: .init("Use this part of the images, from 0 to 1, stratified by class and seeded.", valueName: "share"))
  var ratio: Double?

  @Option(
    parsing: .unconditional,
    help: .init("Use this many images, stratified by class and seeded.", valueName: "count"))
  var limit: Int?

  func validate() throws {
    if let ratio, !(ratio > 0 && ratio <= 1) {
      throw ValidationError("--ratio must be more than 0 and at most 1; it is \(ratio).")
    }
    try Bounds.check(limit, 1...1_000_000_000, "--limit")
    if ratio != nil && limit != nil {
      throw ValidationError("--ratio and --limit both set how many images are used. Give one of them.")
    }
  }

  /// Whether any of them differs from its default.
  var isGiven: Bool {
    groundTruth != nil || labels != nil || labelsAs != nil || ratio != nil || limit != nil
  }

  func imageSet(folder: String, seed: UInt64) -> ImageSet {
    let amount = ratio.map { Sampling.Amount.ratio($0) } ?? limit.map { .count($0) }
    return ImageSet(
      DatasetSource(folder: folder, groundTruth: groundTruth, labels: labels, labelReading: labelsAs),
      sampling: amount.map { Sampling($0, seed: seed) })
  }
}

extension LabelReading: ExpressibleByArgument {}
