/// The images that a cell is fed with and what is done to them.
public struct ImageWorkload: Codable, Hashable, Sendable {
  /// A file with one image a line, `label TAB path`, so that memory does not grow with the number of images.
  public var manifestPath: String
  /// Images in the manifest.
  public var count: Int
  /// Class folders that are named and not numbered, so that their rank is the label; `nil` where the label is in the name.
  public var namedClasses: Int?
  /// The lowest and the highest label in the manifest, so that one that the model does not know is refused before anything is measured.
  public var labels: ClosedRange<Int>
  /// What is done to each image.
  public var preprocessing = PreprocessingChoice()
  /// Inferences on random inputs before the first image, not counted.
  public var warmUp = RepetitionRule()
  public var timing = ImageTiming.isolated
  /// The K of each top-K that is counted, ascending, each at least 1.
  public var ranks = [1, 5]
  /// What to add to a label for its place in the model's output; `nil` adds 1 where a background class comes first, else 0.
  public var labelOffset: Int?
  /// An image that cannot be read ends the cell.
  public var isStrict = false
  /// Where the worker writes what the model said of every image, as CSV.
  public var predictionsPath = ""

  public init(manifestPath: String, count: Int, namedClasses: Int? = nil, labels: ClosedRange<Int>) {
    self.manifestPath = manifestPath
    self.count = count
    self.namedClasses = namedClasses
    self.labels = labels
  }
}

/// How images are taken through preparation and inference.
public enum ImageTiming: String, Codable, Sendable, CaseIterable {
  /// Images are prepared in parallel ahead of time, in bounded chunks, then inferred one by one with nothing else running: latencies are clean.
  case isolated
  /// Preparation and inference of several images at once, for throughput: latencies would not be those of one inference and are not told.
  case overlapped
}
