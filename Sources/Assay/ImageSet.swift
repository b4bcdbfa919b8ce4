import AssayCore
public import Datasets
import Foundation

/// Labelled images to measure accuracy on.
public struct ImageSet: Sendable {
  /// Where the images are and what tells their labels.
  public var source: DatasetSource
  /// The part of them that is used; `nil` uses all.
  public var sampling: Sampling?

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
      let workload = ImageWorkload(manifestPath: path, count: summary.count, namedClasses: summary.namedClasses)
      return PreparedImages(workload: workload, summary: summary)
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }
}

/// Images that a worker can be given.
struct PreparedImages {
  let workload: ImageWorkload
  let summary: DatasetSummary
}
