import AssayCore
import Datasets
import Foundation

/// The images of several cells: a list per data set, in a file that workers read.
struct ImageLists {
  private var lists: [DatasetKey: PreparedImages] = [:]

  /// Cells with the same source and sampling share a list, whatever their preprocessing.
  private struct DatasetKey: Hashable {
    let source: DatasetSource
    let sampling: Sampling?

    init(_ images: ImageSet) {
      source = images.source
      sampling = images.sampling
    }
  }

  /// - Throws: `.badData` if images or their labels cannot be used; `.inputOutput`.
  init(_ cells: [CellSpec]) throws(AssayError) {
    do throws(AssayError) {
      for images in cells.compactMap(\.measure.images) where lists[DatasetKey(images)] == nil {
        lists[DatasetKey(images)] = try Self.list(images)
      }
    } catch {
      removeLists()
      throw error
    }
  }

  subscript(images: ImageSet) -> PreparedImages? { lists[DatasetKey(images)] }

  /// Of the only data set; `nil` if there is none.
  var description: DatasetDescription? { lists.values.first?.summary.description }

  func removeLists() {
    for list in lists.values { try? FileManager.default.removeItem(atPath: list.manifest.path) }
  }

  private static func list(_ images: ImageSet) throws(AssayError) -> PreparedImages {
    let path = try RecordFolder.newFile(suffix: "images")
    do throws(AssayError) {
      let summary = try Dataset(images.source).writeManifest(to: path, sampling: images.sampling)
      let manifest = ImageManifest(
        path: path, count: summary.count, namedClasses: summary.namedClasses, labels: summary.labels)
      return PreparedImages(manifest: manifest, summary: summary)
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }
}

/// A list of images for a worker.
struct PreparedImages {
  let manifest: ImageManifest
  let summary: DatasetSummary
}
