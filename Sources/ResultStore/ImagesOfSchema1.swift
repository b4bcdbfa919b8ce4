import AssayCore

/// The images of a run as schema 1 stored them, in the form that the compiler derives for enumerations.
struct ImagesOfSchema1: Decodable {
  private struct One<Value: Decodable>: Decodable { let _0: Value }

  private struct Sides: Decodable {
    let width: Int
    let height: Int
  }

  private struct Source: Decodable {
    let folder: String
    let groundTruth: String?
    let labels: String?
    let labelReading: LabelReading?
  }

  private struct OldSampling: Decodable {
    struct Amount: Decodable {
      let ratio: One<Double>?
      let count: One<Int>?
    }

    let amount: Amount
    let seed: UInt64
  }

  private struct Preprocessing: Decodable {
    struct Resize: Decodable {
      let shorterSide: One<Int>?
      let exactly: Sides?
    }

    struct Crop: Decodable {
      let fraction: One<Double>?
      let exactly: Sides?
    }

    struct Numbers: Decodable {
      struct Standardized: Decodable {
        let mean: [Double]?
        let deviation: [Double]?
      }

      struct Range: Decodable {
        let low: Double
        let high: Double
      }

      let standardized: Standardized?
      let range: Range?
    }

    let preset: PreprocessingChoice.Preset
    let resize: Resize?
    let crop: Crop?
    let filter: PreprocessingChoice.Filter?
    let layout: PreprocessingChoice.Layout?
    let channels: PreprocessingChoice.ChannelOrder?
    let numbers: Numbers?
    let appliesOrientation: Bool
  }

  private let source: Source
  private let sampling: OldSampling?
  private let preprocessing: Preprocessing
  private let timing: ImageTiming
  private let ranks: [Int]
  private let labelOffset: Int?
  private let isStrict: Bool

  var imageSet: ImageSet {
    let amount = sampling.flatMap { old in
      old.amount.ratio.map { Sampling.Amount.ratio($0._0) } ?? old.amount.count.map { .count($0._0) }
    }
    var images = ImageSet(
      DatasetSource(
        folder: source.folder, groundTruth: source.groundTruth, labels: source.labels,
        labelReading: source.labelReading),
      sampling: amount.flatMap { amount in sampling.map { Sampling(amount, seed: $0.seed) } })
    images.preprocessing = choice
    return images
  }

  func measure(warmUp: RepetitionRule) -> Measure {
    var measure = AccuracyMeasure(images: imageSet)
    measure.timing = timing
    measure.ranks = ranks
    measure.labelOffset = labelOffset
    measure.isStrict = isStrict
    measure.warmUp = warmUp
    return .accuracy(measure)
  }

  private var choice: PreprocessingChoice {
    var choice = PreprocessingChoice()
    choice.preset = preprocessing.preset
    choice.resize =
      preprocessing.resize?.shorterSide.map { .shorterSide($0._0) }
      ?? preprocessing.resize?.exactly.map { .exactly(width: $0.width, height: $0.height) }
    choice.crop =
      preprocessing.crop?.fraction.map { .fraction($0._0) }
      ?? preprocessing.crop?.exactly.map { .exactly(width: $0.width, height: $0.height) }
    choice.filter = preprocessing.filter
    choice.layout = preprocessing.layout
    choice.channels = preprocessing.channels
    choice.numbers =
      preprocessing.numbers?.standardized.map { .standardized(mean: $0.mean, deviation: $0.deviation) }
      ?? preprocessing.numbers?.range.map { .range(low: $0.low, high: $0.high) }
    choice.appliesOrientation = preprocessing.appliesOrientation
    return choice
  }
}
