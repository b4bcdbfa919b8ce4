/// What a worker has counted over labelled images, so far or in all.
public struct AccuracyCounts: Codable, Hashable, Sendable {
  /// Images that were decoded and classified.
  public var images = 0
  /// For every K that was asked for, ascending.
  public var top: [TopCount] = []
  /// Images that could not be read; never counted as right or wrong.
  public var unreadableCount = 0
  /// The first of them, each with the reason.
  public var unreadable: [UnreadableImage] = []
  /// From the first image's preparation to now.
  public var seconds = 0.0
  /// What was done to the images, in words.
  public var preprocessing = ""
  /// What was added to a label for its place in the output: 1 where a background class comes first, as in the 1001 outputs of TensorFlow's
  /// ImageNet models.
  public var labelOffset = 0
  /// Other ways to read the images or the labels that are significantly better on the first images.
  public var otherReadings: [OtherReading] = []
  /// What else is odd about the model's outputs.
  public var warnings: [Warning] = []
  /// By label, those with images only; empty until the end.
  public var classes: [ClassCount] = []
  /// The most frequent first; empty until the end.
  public var confusions: [Confusion] = []

  public init() {}

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

/// How the images of one class fared.
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

/// Images of one class that were taken for another.
public struct Confusion: Codable, Hashable, Sendable {
  public let label: Int
  public var name: String?
  /// As labels count; -1 is a background class.
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

/// Another way to read the images or the labels, found better than the one that was asked for.
public struct OtherReading: Codable, Hashable, Sendable {
  /// In words, as in `the channels in the order blue, green, red`.
  public let reading: String
  /// What to give on the command line to have it.
  public let advice: String
  /// Images that both readings were tried on.
  public let images: Int
  /// Of these, right at top-1 as it was asked for.
  public let correct: Int
  /// Of these, right at top-1 with the other reading.
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
