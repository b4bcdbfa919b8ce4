public import AssayCore
public import Datasets
import Foundation

/// Labelled images, and how accuracy is measured on them.
public struct ImageSet: Sendable {
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

  /// Lists the images in a file that a worker reads.
  ///
  /// - Throws: `.badData`, where the images or their labels cannot be used; `.inputOutput`.
  func prepare() throws(AssayError) -> PreparedImages {
    let path = try RecordFolder.newFile(suffix: "images")
    do throws(AssayError) {
      let summary = try Dataset(source).writeManifest(to: path, sampling: sampling)
      return PreparedImages(workload: workload(summary, manifestPath: path), summary: summary)
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  private func workload(_ summary: DatasetSummary, manifestPath: String) -> ImageWorkload {
    var workload = ImageWorkload(
      manifestPath: manifestPath, count: summary.count, namedClasses: summary.namedClasses,
      highestLabel: summary.highestLabel)
    workload.preprocessing = preprocessing
    workload.timing = timing
    workload.ranks = Array(Set(ranks)).sorted()
    workload.labelOffset = labelOffset
    workload.isStrict = isStrict
    return workload
  }
}

/// Images that a worker can be given.
struct PreparedImages {
  let workload: ImageWorkload
  let summary: DatasetSummary
}
