/// The images that a cell is fed with and what is done to them.
public struct ImageWorkload: Codable, Hashable, Sendable {
  /// A file with one image a line, `label TAB path`, so that memory does not grow with the number of images.
  public var manifestPath: String
  /// Images in the manifest.
  public var count: Int
  /// Of how many classes the labels are names or ranks, so that the model must have as many; `nil` where labels are numbers.
  public var namedClasses: Int?
  /// Inferences on random inputs before the first image, not counted.
  public var warmUp = RepetitionRule()

  public init(manifestPath: String, count: Int, namedClasses: Int? = nil) {
    self.manifestPath = manifestPath
    self.count = count
    self.namedClasses = namedClasses
  }
}

/// How many images were classified right.
public struct AccuracyCounts: Codable, Hashable, Sendable {
  /// Images that were decoded and classified.
  public var images = 0
  public var top1Correct = 0
  public var top5Correct = 0
  /// Images that could not be read; never counted as right or wrong.
  public var unreadableCount = 0
  /// The first of them, each with the reason.
  public var unreadable: [UnreadableImage] = []
  /// What was done to the images, in words.
  public var preprocessing = ""
  /// 1 where the model's first output is a background class, as in the 1001 outputs of TensorFlow's ImageNet models.
  public var labelOffset = 0

  public init() {}

  public mutating func add(_ image: UnreadableImage) {
    unreadableCount += 1
    if unreadable.count < 100 { unreadable.append(image) }
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
