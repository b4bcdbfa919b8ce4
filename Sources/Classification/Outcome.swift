public import AssayCore
import Datasets

/// What became of one image.
public enum Outcome: Sendable {
  /// Not reached before the run was stopped.
  case pending
  case unreadable(AssayError)
  case classified(Classification)
}

/// What a model says of an image.
public struct Classification: Sendable {
  /// The classes with the highest scores, the highest first, as labels count.
  public let classes: [Int]
  /// Their scores as the model gave them.
  public let scores: [Double]
  /// How many other classes have at least the score of the label: a tie counts against the model. `nil` where the scores have
  /// a flaw, which counts as wrong.
  public let rank: Int?
  public let flaw: ScoreFlaw?
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
