/// A worker's counts over labelled images, running or final.
public struct AccuracyCounts: Codable, Hashable, Sendable {
  /// Images decoded and classified.
  public var images = 0
  /// One for each requested K, ascending.
  public var top: [TopCount] = []
  /// Images that could not be read; counted neither correct nor wrong.
  public var unreadableCount = 0
  /// All images, readable or not.
  public var preparedCount: Int { images + unreadableCount }
  /// The first hundred of them.
  public var unreadable: [UnreadableImage] = []
  /// Wall-clock time since the first image's preparation began.
  public var seconds = 0.0
  /// The preprocessing in one line.
  public var preprocessing = ""
  /// The index of label 0 in the output: 1 if a background class comes first, as in TensorFlow's ImageNet models with 1001
  /// outputs.
  public var labelOffset = 0
  /// Other readings of images or labels that are significantly better on the first images.
  public var otherReadings: [OtherReading] = []
  /// Oddities in the model's outputs.
  public var warnings: [Warning] = []
  /// By label, without classes that have no images; empty until the end.
  public var classes: [ClassCount] = []
  /// The most frequent first; empty until the end.
  public var confusions: [Confusion] = []

  public init() {}

  enum CodingKeys: String, CodingKey {
    case images, top, unreadable, preprocessing, warnings, confusions
    case unreadableCount = "unreadable_count"
    case seconds = "measured_s"
    case labelOffset = "label_offset"
    case otherReadings = "other_readings"
    case classes = "per_class"
  }

  public mutating func add(_ image: UnreadableImage) {
    unreadableCount += 1
    if unreadable.count < 100 { unreadable.append(image) }
  }
}

/// Images whose class is among the `k` with the highest scores.
public struct TopCount: Codable, Hashable, Sendable {
  public let k: Int
  public var correct: Int

  public init(k: Int, correct: Int = 0) {
    self.k = k
    self.correct = correct
  }
}

/// Accuracy over the images of one class.
public struct ClassCount: Codable, Hashable, Sendable {
  public let label: Int
  public var name: String?
  public var images: Int
  public var top1Correct: Int

  public init(label: Int, images: Int = 0, top1Correct: Int = 0) {
    self.label = label
    self.images = images
    self.top1Correct = top1Correct
  }

  enum CodingKeys: String, CodingKey {
    case label, name, images
    case top1Correct = "top1_correct"
  }
}

/// Images of one class that were classified as another.
public struct Confusion: Codable, Hashable, Sendable {
  public let label: Int
  public var name: String?
  /// A label; -1 is the background class.
  public let predicted: Int
  public var predictedName: String?
  public let images: Int

  public init(label: Int, predicted: Int, images: Int) {
    self.label = label
    self.predicted = predicted
    self.images = images
  }

  enum CodingKeys: String, CodingKey {
    case label, name, predicted, images
    case predictedName = "predicted_name"
  }
}

/// A reading of the images or labels that gives better results than the requested one.
public struct OtherReading: Codable, Hashable, Sendable {
  /// For example `the channels in the order blue, green, red`.
  public let reading: String
  /// How to select it on the command line.
  public let advice: String
  /// Images tried with both readings.
  public let images: Int
  /// Of these, correct at top-1 with the requested reading.
  public let correct: Int
  /// Of these, correct at top-1 with the other reading.
  public let otherCorrect: Int

  public init(reading: String, advice: String, images: Int, correct: Int, otherCorrect: Int) {
    self.reading = reading
    self.advice = advice
    self.images = images
    self.correct = correct
    self.otherCorrect = otherCorrect
  }

  enum CodingKeys: String, CodingKey {
    case reading, advice, images, correct
    case otherCorrect = "other_correct"
  }
}

/// An image file that could not be decoded.
public struct UnreadableImage: Codable, Hashable, Sendable {
  public let path: String
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
