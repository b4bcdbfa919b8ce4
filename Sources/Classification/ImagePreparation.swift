import AssayCore
import Datasets
import Imaging
import Measurement

/// Prepares several images at once, outside any timing.
struct ImagePreparation: Sendable {
  let preprocessing: Preprocessing
  /// Threads that prepare.
  let lanes: Int

  /// Prepares images into the places of the same index.
  ///
  /// - Returns: why each image cannot be read; `nil` for those that could, and for those that a stop came before.
  func prepare(_ images: [LabelledImage], into memory: PreparedInputs, stop: StopFlag) -> [AssayError?] {
    Parallel.map(
      count: images.count, lanes: lanes, makeLane: { _ in ImagePreparer(preprocessing) },
      { index, preparer in
        if stop.isRaised { return nil }
        do throws(AssayError) {
          try preparer.prepare(images[index].path, into: memory[index])
          return nil
        } catch {
          return images[index].naming(error)
        }
      })
  }
}

extension LabelledImage {
  /// An error about the image, with the name that the user knows.
  func naming(_ error: AssayError) -> AssayError { name == path ? error : error.renaming(path, to: name) }
}
