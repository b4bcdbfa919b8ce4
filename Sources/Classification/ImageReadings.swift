import AssayCore
import Datasets
import Imaging

/// Other ways to prepare images, to see whether the model does better with one.
enum ImageReadings {
  /// All readings that the input can take, each changing one thing.
  ///
  /// - Parameter trial: infers an image outside any timing.
  static func all(
    besides choice: PreprocessingChoice, metadata: InputMetadata?, input: TensorSpec,
    trial: @escaping ImageTrial
  ) -> [SelfCheck.ImageReading] {
    variants(of: choice).compactMap { variant in
      // A reading that the input cannot take is not the one that the model expects.
      guard let preprocessing = try? Preprocessing(variant.choice, input: input, metadata: metadata) else {
        return nil
      }
      var preparer = ImagePreparer(preprocessing)
      return SelfCheck.ImageReading(reading: variant.reading, advice: variant.advice) { image throws(AssayError) in
        guard case .classified(let found) = try trial(image, &preparer) else { return nil }
        return found.flaw == nil ? found.classes.first : nil
      }
    }
  }

  private typealias Variant = (reading: String, advice: String, choice: PreprocessingChoice)

  private static func variants(of choice: PreprocessingChoice) -> [Variant] {
    var variants: [Variant] = []
    let channels: PreprocessingChoice.ChannelOrder = choice.channels == .bgr ? .rgb : .bgr
    variants.append(
      variant(of: choice, "the channels in the order \(channels.rawValue.uppercased())", "--channels \(channels)") {
        $0.channels = channels
      })
    for layout in PreprocessingChoice.Layout.allCases where choice.layout.map({ $0 != layout }) == true {
      variants.append(
        variant(of: choice, "the layout \(layout.rawValue.uppercased())", "--layout \(layout)") { $0.layout = layout })
    }
    for (flags, numbers) in usualNumbers where choice.numbers != numbers {
      variants.append(variant(of: choice, "pixels as with \(flags)", flags) { $0.numbers = numbers })
    }
    return variants
  }

  private static func variant(
    of choice: PreprocessingChoice, _ reading: String, _ flags: String, _ change: (inout PreprocessingChoice) -> Void
  ) -> Variant {
    var choice = choice
    change(&choice)
    return (reading, "give \(flags)", choice)
  }

  /// Usual in training: TensorFlow's two ranges, raw pixels, and torchvision's mean and deviation.
  private static let usualNumbers: [(flags: String, numbers: PreprocessingChoice.Numbers)] = [
    ("--range -1,1", .range(low: -1, high: 1)), ("--range 0,1", .range(low: 0, high: 1)),
    ("--range 0,255", .range(low: 0, high: 255)),
    (
      "--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225",
      .standardized(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    ),
  ]
}
