public import AssayCore
import Datasets
import Foundation

/// Labelled images in a folder of class folders.
public struct ImageSet: Sendable {
  /// As it was given.
  public let folder: String
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
    return ImageWorkload(
      manifestPath: path, count: images.count, namedClasses: found.layout == .byName ? found.classCount : nil,
      preprocessing: preprocessing)
  }
}
