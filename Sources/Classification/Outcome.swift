public import AssayCore
import Datasets

/// What became of one image.
public enum Outcome: Sendable {
  /// Not reached before the run was stopped.
  case pending
  case unreadable(AssayError)
  /// The classes with the highest scores, the highest first, as labels count, and their scores as the model gave them.
  case classified(classes: [Int], scores: [Double])
}

/// Images that are prepared and classified together, in the order of the manifest.
struct Chunk {
  let images: [LabelledImage]
  var outcomes: [Outcome]

  init(_ images: [LabelledImage]) {
    self.images = images
    outcomes = Array(repeating: .pending, count: images.count)
  }
}
