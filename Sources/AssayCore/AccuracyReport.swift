/// Accuracy over labelled images.
public struct AccuracyReport: Codable, Hashable, Sendable {
  /// Images decoded and classified.
  public let images: Int
  public let timing: ImageTiming
  /// One for each requested K, ascending.
  public let top: [TopShare]
  /// Images per second of wall-clock time, unreadable ones included, from preparation to inference.
  public let imagesPerSecond: Double?
  public let dataset: DatasetDescription
  public let preprocessing: String
  public let labelOffset: Int
  /// Images that could not be read; counted neither correct nor wrong.
  public let unreadableCount: Int
  /// The first hundred of them.
  public let unreadable: [UnreadableImage]
  /// Other readings of images or labels that are significantly better.
  public let otherReadings: [OtherReading]
  public let classes: [ClassCount]
  public let confusions: [Confusion]

  /// All images, readable or not.
  public var preparedCount: Int { images + unreadableCount }

  public init(
    _ counts: AccuracyCounts, timing: ImageTiming, dataset: DatasetDescription, classNames: [String]?,
    interval: (_ correct: Int, _ images: Int) -> ClosedRange<Double>?
  ) {
    images = counts.images
    self.timing = timing
    top = counts.top.map { count in
      TopShare(count, images: counts.images, interval: interval(count.correct, counts.images))
    }
    imagesPerSecond = counts.seconds > 0 ? Double(counts.preparedCount) / counts.seconds : nil
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

  /// The share of images whose class is among the `k` with the highest scores; `nil` if that K was not requested.
  public func top(_ k: Int) -> TopShare? { top.first { $0.k == k } }

  enum CodingKeys: String, CodingKey {
    case images, timing, top, dataset, preprocessing, unreadable, confusions
    case imagesPerSecond = "images_per_s"
    case labelOffset = "label_offset"
    case unreadableCount = "unreadable_count"
    case otherReadings = "other_readings"
    case classes = "per_class"
  }

  /// Frequently used figures from `top`, repeated under keys of their own.
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
  /// `correct` over the images that could be read; `nil` if there are none.
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

/// The difference in accuracy between two cells, on the images that both could read.
public struct AccuracyDifference: Codable, Hashable, Sendable {
  /// Index of a cell in the report, from 0.
  public let reference: Int
  /// Index of a cell in the report, from 0.
  public let cell: Int
  public let k: Int
  /// Images that both classified.
  public let images: Int
  /// Images that only the reference classified correctly.
  public let onlyReference: Int
  /// Images that only the cell classified correctly.
  public let onlyCell: Int
  /// The cell's share minus the reference's.
  public let difference: Double
  /// Its 95 % interval (Newcombe 1998, for paired shares).
  public let interval: [Double]
  /// McNemar's mid-p: the probability of at least this difference by chance alone.
  public let pValue: Double

  /// Whether the difference is significant at the 5 % level.
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
