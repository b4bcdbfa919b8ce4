public import AssayCore
import Datasets
import Foundation

/// Labelled images in a folder of class folders, and how accuracy is measured on them.
public struct ImageSet: Sendable {
  /// As it was given.
  public let folder: String
  public var timing = ImageTiming.isolated
  /// The K of each top-K that is counted, each at least 1.
  public var ranks = [1, 5]
  /// What to add to a label for its place in the model's output; `nil` leaves it to the model.
  public var labelOffset: Int?
  /// An image that cannot be read ends its cell.
  public var isStrict = false
  /// What is done to each image.
  public let preprocessing: PreprocessingChoice

  /// - Parameter folder: one folder a class in it, named by index or by name.
  public init(folder: String, preprocessing: PreprocessingChoice = PreprocessingChoice()) {
    self.folder = folder
    self.preprocessing = preprocessing
  }

  /// Lists the images in a file that a worker reads.
  ///
  /// - Throws: `.badData`, where the folder is no such folder; `.inputOutput`.
  func makeWorkload() throws(AssayError) -> ImageWorkload {
    let found = try ImageFolder(folder)
    let images = found.images
    let path = try RecordFolder.newFile(suffix: "images")
    try ImageManifest.write(images, to: path)
    var workload = ImageWorkload(
      manifestPath: path, count: images.count, namedClasses: found.layout == .byName ? found.classCount : nil,
      highestLabel: images.map(\.label).max() ?? 0, predictionsPath: "")
    workload.preprocessing = preprocessing
    workload.timing = timing
    workload.ranks = Array(Set(ranks)).sorted()
    workload.labelOffset = labelOffset
    workload.isStrict = isStrict
    return workload
  }
}
