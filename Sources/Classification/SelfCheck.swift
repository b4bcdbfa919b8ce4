import AssayCore
import Datasets

/// Tries on the first images what is most often wrong with labels and preprocessing, and tells of what is significantly better. Nothing is
/// corrected: what to believe is for whoever knows the model.
struct SelfCheck {
  /// Images that it is based on.
  static let sampleSize = 100
  /// Misjudged images that every other way to read images is tried on. A reading that mends few of them is tried on no more.
  static let leastTried = 8

  private var sample: [Sample] = []
  private var areScoresSorted = true

  private struct Sample {
    let image: LabelledImage
    /// The class that it is taken for, as labels count.
    let best: Int
    var isRight: Bool { best == image.label }
  }

  /// Another way to read images that can be tried.
  struct ImageReading {
    let reading: String
    let advice: String
    /// Takes an image to the class with the highest score; `nil` where it cannot be read.
    let classify: (LabelledImage) throws(AssayError) -> Int?
  }

  var isComplete: Bool { sample.count >= Self.sampleSize }

  mutating func add(_ image: LabelledImage, classes: [Int], scores: [Double]) {
    guard let best = classes.first, !isComplete else { return }
    sample.append(Sample(image: image, best: best))
    // The first outputs, each higher than the next: a list that is sorted by score, and not by class.
    let isSorted = zip(classes, classes.dropFirst()).allSatisfy { $0 + 1 == $1 }
    areScoresSorted = areScoresSorted && classes.count > 2 && isSorted && Set(scores).count == scores.count
  }

  /// For every image the scores fall from the first to the last; `nil` if not.
  var sortedOutputWarning: Warning? {
    areScoresSorted && sample.count >= 10 && Set(sample.map(\.best)).count == 1 ? .sortedOutput : nil
  }

  /// The best of the other ways to read the labels; `nil` where none is significantly better.
  func labelReading(labelOffset: Int, labels: Range<Int>) -> OtherReading? {
    let rankAsText = Self.ranksAsText(labels.count)
    let readings: [(reading: String, advice: String, place: (Int) -> Int?)] =
      [-1, 1].map { shift in
        (
          "labels \(shift > 0 ? "one higher" : "one lower")", "give --label-offset \(labelOffset + shift)",
          { $0 + shift }
        )
      } + [
        (
          "the model's classes in the order of their numbers as text (0, 1, 10, 100, …)",
          "give --labels with the names of the class folders in the order of the model's outputs",
          { rankAsText.indices.contains($0) ? rankAsText[$0] : nil }
        )
      ]
    let trials = readings.map { reading in
      var trial = ReadingTrial()
      for item in sample {
        trial.add(isRight: item.isRight, isRightOtherwise: reading.place(item.image.label) == item.best)
      }
      return (reading.reading, reading.advice, trial)
    }
    return Self.best(trials)
  }

  /// The images that every other way to read images is tried on.
  var triedByAll: [LabelledImage] { sample.lazy.filter { !$0.isRight }.prefix(Self.leastTried).map(\.image) }

  /// The best of some other ways to read images; `nil` where none is significantly better. Tries no more images than are needed to tell.
  func imageReading(_ readings: [ImageReading]) throws(AssayError) -> OtherReading? {
    let wrong = sample.filter { !$0.isRight }
    let leastFixed = ReadingTrial.leastFixed(among: readings.count)
    guard wrong.count >= leastFixed else { return nil }
    var trials: [(String, String, ReadingTrial)] = []
    for reading in readings {
      var trial = ReadingTrial()
      func add(_ item: Sample) throws(AssayError) {
        guard let best = try reading.classify(item.image) else { return }
        trial.add(isRight: item.isRight, isRightOtherwise: best == item.image.label)
      }
      for item in wrong where trial.images < Self.leastTried || trial.fixed * 5 >= trial.images { try add(item) }
      guard trial.fixed >= leastFixed else { continue }
      for item in sample where item.isRight { try add(item) }
      trials.append((reading.reading, reading.advice, trial))
    }
    return Self.best(trials, among: readings.count)
  }

  private static func best(
    _ trials: [(reading: String, advice: String, trial: ReadingTrial)], among count: Int? = nil
  ) -> OtherReading? {
    let better = trials.filter { $0.trial.isBetter(among: count ?? trials.count) }
    let best = better.max { $0.trial.otherCorrect - $0.trial.correct < $1.trial.otherCorrect - $1.trial.correct }
    return best.map { found in
      OtherReading(
        reading: found.reading, advice: found.advice, images: found.trial.images, correct: found.trial.correct,
        otherCorrect: found.trial.otherCorrect)
    }
  }

  /// The place of every number below `count` among them all sorted as text, as programs do that list folders.
  private static func ranksAsText(_ count: Int) -> [Int] {
    var ranks = Array(repeating: 0, count: count)
    for (rank, number) in (0..<count).sorted(by: { String($0) < String($1) }).enumerated() { ranks[number] = rank }
    return ranks
  }
}
