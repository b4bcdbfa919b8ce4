public import AssayCore
import Imaging

/// Feeds damaged files to the image decoders, all the way to an input tensor, and to the reader of model metadata.
///
/// The seed and the number of an input determine it, so a failure can be repeated.
public struct DecoderFuzzer {
  /// The outcomes.
  public struct Totals: Sendable {
    public var images = 0
    public var decoded = 0
    public var models = 0
    public var modelsWithNumbers = 0
    /// Each with the number of its input.
    public var failures: [String] = []
  }

  private let images: [[UInt8]]
  private let models: [[UInt8]]
  private let seed: UInt64
  private var preparers: [ImagePreparer] = []
  private var input = [Float](repeating: 0, count: Self.spec.elementCount)
  public private(set) var totals = Totals()

  private static let spec = TensorSpec(name: "image", type: .float32, shape: [1, 3, 16, 24])

  /// - Parameters:
  ///   - images: intact JPEG and PNG files, small ones.
  ///   - models: TFLite files with metadata.
  public init(images: [[UInt8]], models: [[UInt8]], seed: UInt64) throws(AssayError) {
    (self.images, self.models, self.seed) = (images, models, seed)
    for (preset, filter) in zip(
      PreprocessingChoice.Preset.allCases, [.bilinear, .lanczos, .nearest] as [PreprocessingChoice.Filter])
    {
      var choice = PreprocessingChoice()
      choice.preset = preset
      choice.filter = filter
      choice.appliesOrientation = true
      preparers.append(ImagePreparer(try Preprocessing(choice, input: Self.spec)))
    }
  }

  /// Tries the inputs of these numbers.
  public mutating func run(_ numbers: Range<Int>) {
    for number in numbers { run(number) }
  }

  private mutating func run(_ number: Int) {
    var mutator = FileMutator(seed: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
    // One in eight is a model.
    if number % 8 == 7 {
      tryModel(mutator.mutate(models[number / 8 % models.count], with: models[number % models.count]), number)
    } else {
      let bytes = mutator.mutate(images[number % images.count], with: images[number / 3 % images.count])
      tryImage(bytes, number)
    }
  }

  private mutating func tryImage(_ bytes: [UInt8], _ number: Int) {
    totals.images += 1
    for index in input.indices { input[index] = .nan }
    do throws(AssayError) {
      try input.withUnsafeMutableBufferPointer { (elements) throws(AssayError) in
        try preparers[number % preparers.count].prepare(
          bytes, named: "input", into: UnsafeMutableRawBufferPointer(elements))
      }
      totals.decoded += 1
      if !input.allSatisfy({ (-1.001...1.001).contains($0) }) {
        totals.failures.append("input \(number): not every element was written")
      }
    } catch {
      if error.code != .badData || !error.message.hasPrefix("input ") {
        totals.failures.append("input \(number): \(error)")
      }
    }
  }

  private mutating func tryModel(_ bytes: [UInt8], _ number: Int) {
    totals.models += 1
    do throws(AssayError) {
      let metadata = try bytes.withUnsafeBufferPointer { (bytes) throws(AssayError) in
        try InputMetadata(model: UnsafeRawBufferPointer(bytes), named: "input")
      }
      guard let metadata else { return }
      totals.modelsWithNumbers += 1
      if !(metadata.mean + metadata.deviation).allSatisfy(\.isFinite) || metadata.deviation.contains(where: { $0 <= 0 })
      {
        totals.failures.append("input \(number): \(metadata)")
      }
    } catch {
      if error.code != .badModel { totals.failures.append("input \(number): \(error)") }
    }
  }
}
