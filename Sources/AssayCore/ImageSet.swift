/// Images, and what is done to each before it is inferred.
public struct ImageSet: Codable, Hashable, Sendable {
  /// Where the images and their labels come from.
  public var source: DatasetSource
  /// Which of them to use; `nil` uses all.
  public var sampling: Sampling?
  public var preprocessing = PreprocessingChoice()

  /// - Parameter folder: holds one folder a class, named by index or by name.
  public init(folder: String) { self.init(DatasetSource(folder: folder)) }

  public init(_ source: DatasetSource, sampling: Sampling? = nil) {
    self.source = source
    self.sampling = sampling
  }
}

/// Where labelled images are, and what labels them.
public struct DatasetSource: Codable, Hashable, Sendable {
  /// The images: class folders, or images that `groundTruth` labels.
  public var folder: String
  /// A file with the label of every image; `nil` where the names of the class folders are the labels.
  public var groundTruth: String?
  /// A file with the name of every class, one a line.
  public var labels: String?
  /// Decides where labels could be read both as numbers and as names.
  public var labelReading: LabelReading?

  public init(
    folder: String, groundTruth: String? = nil, labels: String? = nil, labelReading: LabelReading? = nil
  ) {
    self.folder = folder
    self.groundTruth = groundTruth
    self.labels = labels
    self.labelReading = labelReading
  }

  enum CodingKeys: String, CodingKey {
    case folder, labels
    case groundTruth = "ground_truth"
    case labelReading = "label_reading"
  }
}

/// Which part of a data set is used.
public struct Sampling: Codable, Hashable, Sendable {
  public enum Amount: Hashable, Sendable {
    /// More than 0, at most 1; at least one image is used.
    case ratio(Double)
    /// At most this many images, at least 1.
    case count(Int)
  }

  public var amount: Amount
  /// The same seed chooses the same images on every machine.
  public var seed: UInt64

  public init(_ amount: Amount, seed: UInt64) {
    self.amount = amount
    self.seed = seed
  }

  private enum CodingKeys: String, CodingKey { case ratio, count, seed }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    seed = try values.decode(UInt64.self, forKey: .seed)
    if let ratio = try values.decodeIfPresent(Double.self, forKey: .ratio) {
      amount = .ratio(ratio)
    } else {
      amount = .count(try values.decode(Int.self, forKey: .count))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch amount {
    case .ratio(let ratio): try values.encode(ratio, forKey: .ratio)
    case .count(let count): try values.encode(count, forKey: .count)
    }
    try values.encode(seed, forKey: .seed)
  }
}

/// How class folders and ground truths name classes, where both readings are possible.
public enum LabelReading: String, Codable, Sendable, CaseIterable {
  /// As numbers, from 0.
  case index
  /// As names: from the list of classes or, for class folders without one, by their rank in sorted order.
  case name
}
