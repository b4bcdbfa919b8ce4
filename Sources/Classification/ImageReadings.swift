import AssayCore
import Datasets
import Imaging
import Measurement

/// Other ways to prepare images, to see whether the model does better with one.
enum ImageReadings {
  /// All readings that the input can take, each changing one thing.
  ///
  /// - Parameters:
  ///   - common: images that all readings are tried on.
  ///   - lanes: threads that prepare those.
  ///   - trial: infers an image outside any timing.
  static func all(
    besides choice: PreprocessingChoice, metadata: InputMetadata?, input: TensorSpec, common: [LabelledImage],
    lanes: Int, trial: @escaping ImageTrial
  ) -> [SelfCheck.ImageReading] {
    var croppers: [ImageCropper] = []
    return variants(of: choice).compactMap { variant in
      // A reading that the input cannot take is not the one that the model expects.
      guard let preprocessing = try? Preprocessing(variant.choice, input: input, metadata: metadata) else {
        return nil
      }
      let preparer = ImagePreparer(preprocessing)
      let known = croppers.first { $0.preprocessing.hasGeometry(of: preprocessing) }
      let cropper = known ?? ImageCropper(preprocessing, ahead: common, lanes: lanes)
      if known == nil { croppers.append(cropper) }
      return SelfCheck.ImageReading(reading: variant.reading, advice: variant.advice) { image throws(AssayError) in
        let outcome = try trial(image.label) { input in
          guard let cropped = cropper.crop(image.path) else { return false }
          preparer.write(cropped, into: input)
          return true
        }
        guard case .classified(let found) = outcome else { return nil }
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

  /// Usual in training: TensorFlow's two ranges, raw pixels, ImageNet's mean and deviation as in torchvision, and EfficientNet-Lite's.
  private static let usualNumbers: [(flags: String, numbers: PreprocessingChoice.Numbers)] = [
    ("--range -1,1", .range(low: -1, high: 1)), ("--range 0,1", .range(low: 0, high: 1)),
    ("--range 0,255", .range(low: 0, high: 255)),
    (
      "--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225",
      .standardized(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    ), ("--mean 127 --std 128", .standardized(mean: [127], deviation: [128])),
  ]
}

/// Keeps the cropped images of one geometry: decoding them takes longer than all else, and most readings differ only in the numbers.
private final class ImageCropper {
  let preprocessing: Preprocessing
  private var preparer: ImagePreparer
  private let ahead: [LabelledImage]
  private let lanes: Int
  private lazy var images = cropAhead()

  /// Images that are kept: as many as the check tries before it drops a reading that mends few.
  private static let limit = 16

  /// - Parameters:
  ///   - ahead: images to crop as soon as one is needed.
  ///   - lanes: threads that crop them.
  init(_ preprocessing: Preprocessing, ahead: [LabelledImage], lanes: Int) {
    self.preprocessing = preprocessing
    preparer = ImagePreparer(preprocessing)
    self.ahead = ahead
    self.lanes = lanes
  }

  /// `nil` for an image that cannot be read.
  func crop(_ path: String) -> RGBImage? {
    if let image = images[path] { return image }
    guard let image = try? preparer.crop(path) else { return nil }
    if images.count < Self.limit { images[path] = image }
    return image
  }

  private func cropAhead() -> [String: RGBImage] {
    let (preprocessing, ahead) = (preprocessing, ahead)
    let cropped = Parallel.map(
      count: ahead.count, lanes: lanes, makeLane: { _ in ImagePreparer(preprocessing) },
      { index, preparer in try? preparer.crop(ahead[index].path) })
    var images: [String: RGBImage] = [:]
    for (image, pixels) in zip(ahead, cropped) { images[image.path] = pixels }
    return images
  }
}
