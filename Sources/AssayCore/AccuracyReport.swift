/// Accuracy over labelled images.
public struct AccuracyReport: Codable, Hashable, Sendable {
  /// Images that were decoded and classified.
  public let images: Int
  public let timing: ImageTiming
  /// Every top-K that was asked for, by rising K.
  public let top: [TopShare]
  /// Images that went through preparation and inference each second, all waiting included.
  public let imagesPerSecond: Double?
  public let dataset: DatasetDescription
  public let preprocessing: String
  public let labelOffset: Int
  /// Images that could not be read, counted neither right nor wrong: how many, and the first hundred by name.
  public let unreadableCount: Int
  public let unreadable: [UnreadableImage]
  /// Other ways to read images or labels that are significantly better.
  public let otherReadings: [OtherReading]
  public let classes: [ClassCount]
  public let confusions: [Confusion]

  public init(
    _ counts: AccuracyCounts, timing: ImageTiming, dataset: DatasetDescription, classNames: [String]?,
    interval: (_ correct: Int, _ images: Int) -> ClosedRange<Double>?
  ) {
    images = counts.images
    self.timing = timing
    top = counts.top.map { count in
      TopShare(count, images: counts.images, interval: interval(count.correct, counts.images))
    }
    let seen = counts.images + counts.unreadableCount
    imagesPerSecond = counts.seconds > 0 ? Double(seen) / counts.seconds : nil
    self.dataset = dataset
    preprocessing = counts.preprocessing
    labelOffset = counts.labelOffset
    unreadableCount = counts.unreadableCount
    unreadable = counts.unreadable
    otherReadings = counts.otherReadings
    func name(_ label: Int) -> String? {
      classNames.flatMap { $0.indices.contains(label) ? $0[label] : nil }
    }
    classes = counts.classes.map { count in
      var count = count
      count.name = name(count.label)
      return count
    }
    confusions = counts.confusions.map { confusion in
      var confusion = confusion
      confusion.name = name(confusion.label)
      confusion.predictedName = name(confusion.predicted)
      return confusion
    }
  }

  /// The share of images right within the `k` classes with the highest scores; `nil` where that K was not asked for.
  public func top(_ k: Int) -> TopShare? { top.first { $0.k == k } }

  enum CodingKeys: String, CodingKey {
    case images, timing, top, dataset, preprocessing, unreadable, confusions
    case imagesPerSecond = "images_per_s"
    case labelOffset = "label_offset"
    case unreadableCount = "unreadable_count"
    case otherReadings = "other_readings"
    case classes = "per_class"
  }

  /// The figures that a reader asks for most often, written beside `top` and derived from it.
  enum DerivedKeys: String, CodingKey {
    case top1, top5
    case top1Correct = "top1_correct"
    case top5Correct = "top5_correct"
    case top1Interval = "top1_ci95"
    case top5Interval = "top5_ci95"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(images, forKey: .images)
    try container.encode(timing, forKey: .timing)
    try container.encode(top, forKey: .top)
    try container.encodeIfPresent(imagesPerSecond, forKey: .imagesPerSecond)
    try container.encode(dataset, forKey: .dataset)
    try container.encode(preprocessing, forKey: .preprocessing)
    try container.encode(labelOffset, forKey: .labelOffset)
    try container.encode(unreadableCount, forKey: .unreadableCount)
    try container.encode(unreadable, forKey: .unreadable)
    try container.encode(otherReadings, forKey: .otherReadings)
    try container.encode(classes, forKey: .classes)
    try container.encode(confusions, forKey: .confusions)
    var derived = encoder.container(keyedBy: DerivedKeys.self)
    try derived.encodeIfPresent(top(1)?.share, forKey: .top1)
    try derived.encodeIfPresent(top(1)?.correct, forKey: .top1Correct)
    try derived.encodeIfPresent(top(1)?.interval, forKey: .top1Interval)
    try derived.encodeIfPresent(top(5)?.share, forKey: .top5)
    try derived.encodeIfPresent(top(5)?.correct, forKey: .top5Correct)
    try derived.encodeIfPresent(top(5)?.interval, forKey: .top5Interval)
  }
}

/// Images whose class is among the `k` with the highest scores.
public struct TopShare: Codable, Hashable, Sendable {
  public let k: Int
  public let correct: Int
  /// Of the images that could be read; absent where there is none.
  public let share: Double?
  /// Wilson's 95 % interval of the share.
  public let interval: [Double]?

  init(_ count: TopCount, images: Int, interval: ClosedRange<Double>?) {
    k = count.k
    correct = count.correct
    share = images > 0 ? Double(count.correct) / Double(images) : nil
    self.interval = interval.map { [$0.lowerBound, $0.upperBound] }
  }

  enum CodingKeys: String, CodingKey {
    case k, correct, share
    case interval = "ci95"
  }
}

/// How the accuracy of one cell differs from that of another on the images that both could read.
public struct AccuracyDifference: Codable, Hashable, Sendable {
  /// Cells, from 0, in the order of the report.
  public let reference: Int
  public let cell: Int
  public let k: Int
  /// Images that both classified.
  public let images: Int
  /// Images that only one of them got right.
  public let onlyReference: Int
  public let onlyCell: Int
  /// The share of the cell less that of the reference.
  public let difference: Double
  /// Its 95 % interval (Newcombe 1998, for paired shares).
  public let interval: [Double]
  /// McNemar's mid-p: how often chance alone would make the two differ so much.
  public let pValue: Double

  /// Whether chance makes such a difference less often than once in twenty.
  public var isMoreThanChance: Bool { pValue < 0.05 }

  public init(
    reference: Int, cell: Int, k: Int, images: Int, onlyReference: Int, onlyCell: Int, difference: Double,
    interval: ClosedRange<Double>, pValue: Double
  ) {
    self.reference = reference
    self.cell = cell
    self.k = k
    self.images = images
    self.onlyReference = onlyReference
    self.onlyCell = onlyCell
    self.difference = difference
    self.interval = [interval.lowerBound, interval.upperBound]
    self.pValue = pValue
  }

  enum CodingKeys: String, CodingKey {
    case reference, cell, k, images, difference
    case onlyReference = "only_reference"
    case onlyCell = "only_cell"
    case interval = "ci95"
    case pValue = "p"
  }
}
