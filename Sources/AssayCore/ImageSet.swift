/// Labelled images, and how accuracy is measured on them.
public struct ImageSet: Codable, Hashable, Sendable {
  /// Where the images are and what tells their labels.
  public var source: DatasetSource
  /// The part of them that is used; `nil` uses all.
  public var sampling: Sampling?
  /// What is done to each image.
  public var preprocessing = PreprocessingChoice()
  public var timing = ImageTiming.isolated
  /// The K of each top-K that is counted, each at least 1.
  public var ranks = [1, 5]
  /// What to add to a label for its place in the model's output; `nil` leaves it to the model.
  public var labelOffset: Int?
  /// An image that cannot be read ends its cell.
  public var isStrict = false

  /// - Parameter folder: one folder a class in it, named by index or by name.
  public init(folder: String) { self.init(DatasetSource(folder: folder)) }

  public init(_ source: DatasetSource, sampling: Sampling? = nil) {
    self.source = source
    self.sampling = sampling
  }
}

/// Where labelled images are, and what tells their labels.
public struct DatasetSource: Codable, Hashable, Sendable {
  /// The images: class folders, or images that `groundTruth` labels.
  public var folder: String
  /// A file with the label of every image; `nil` where the names of the class folders tell them.
  public var groundTruth: String?
  /// A file with the name of every class, one a line.
  public var labels: String?
  /// Decides where labels could be read as numbers and as names.
  public var labelReading: LabelReading?

  public init(
    folder: String, groundTruth: String? = nil, labels: String? = nil, labelReading: LabelReading? = nil
  ) {
    self.folder = folder
    self.groundTruth = groundTruth
    self.labels = labels
    self.labelReading = labelReading
  }
}

/// Which part of a data set is used.
public struct Sampling: Codable, Hashable, Sendable {
  public enum Amount: Codable, Hashable, Sendable {
    /// More than 0, at most 1; at least one image is used.
    case ratio(Double)
    /// At most so many images, at least 1.
    case count(Int)
  }

  public var amount: Amount
  /// The same seed chooses the same images on every machine.
  public var seed: UInt64

  public init(_ amount: Amount, seed: UInt64) {
    self.amount = amount
    self.seed = seed
  }
}

/// How folder names and ground truth tell classes; to be given where both would do.
public enum LabelReading: String, Codable, Sendable, CaseIterable {
  /// As numbers, from 0.
  case index
  /// As names: of the list of classes or, for class folders without one, by their rank in sorted order.
  case name
}
