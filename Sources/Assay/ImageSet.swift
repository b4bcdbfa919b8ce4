import AssayCore
import Datasets
import Foundation

extension ImageSet {
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
      labels: summary.labels)
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
