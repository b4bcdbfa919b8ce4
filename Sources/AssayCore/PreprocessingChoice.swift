/// The preprocessing that the user requests. The worker resolves it against the session's input: the preset and the model
/// decide what is `nil`.
public struct PreprocessingChoice: Codable, Hashable, Sendable {
  /// Which part of an image the model sees.
  public enum Preset: String, Codable, Sendable, CaseIterable {
    /// Resizes the image to a little more than the input, then crops the centre, as in the evaluation of most ImageNet models.
    case imagenetCenter = "imagenet-center"
    /// Crops the centre of the image, then stretches it to the input: TF-Slim's `inception_preprocessing`.
    case inception
    /// Stretches the whole image to the input.
    case squash
  }

  /// The resampling filter. All but `nearest` widen as the image shrinks (antialiasing).
  public enum Filter: String, Codable, Sendable, CaseIterable {
    case nearest, box, bilinear, bicubic, lanczos
  }

  /// The position of the channels in the input's shape.
  public enum Layout: String, Codable, Sendable, CaseIterable {
    case nhwc, nchw
  }

  /// The order of the channels.
  public enum ChannelOrder: String, Codable, Sendable, CaseIterable {
    case rgb, bgr
  }

  /// The size that an image is resized to, in pixels.
  public enum Resize: Codable, Hashable, Sendable {
    /// The length of the shorter side, with the other in proportion.
    case shorterSide(Int)
    case exactly(width: Int, height: Int)
  }

  /// The part kept around the centre.
  public enum Crop: Codable, Hashable, Sendable {
    /// A fraction of each side, above 0 and at most 1.
    case fraction(Double)
    /// In pixels. Must be the size of the input.
    case exactly(width: Int, height: Int)
  }

  /// How pixels become the numbers of an input.
  public enum Numbers: Codable, Hashable, Sendable {
    /// `(pixel - mean) / deviation`, each one number or three for red, green and blue. `nil` is a mean of 0 or a deviation of
    /// 1. `unit` has the scale of the pixel.
    case standardized(mean: [Double]?, deviation: [Double]?)
    /// Maps a pixel of 0 to `low` and one of 255 to `high`.
    case range(low: Double, high: Double)
  }

  public var preset = Preset.imagenetCenter
  /// Only for `imagenetCenter`.
  public var resize: Resize?
  /// Not for `squash`.
  public var crop: Crop?
  public var filter: Filter?
  public var layout: Layout?
  public var channels: ChannelOrder?
  public var numbers: Numbers?
  /// Whether to turn images by their EXIF orientation.
  public var appliesOrientation = false

  /// The default preset without overrides.
  public init() {}
}

extension PreprocessingChoice {
  /// The value of a white pixel on the scale of a mean and deviation: 1 if no number exceeds 1, as in torchvision, otherwise 255,
  /// as in TFLite's metadata and Caffe. `nil` for a mean of 0 with a deviation of 1, which is ambiguous.
  public static func unit(mean: [Double], deviation: [Double]) -> Double? {
    if mean.allSatisfy({ $0 == 0 }) && deviation.allSatisfy({ $0 == 1 }) { return nil }
    return (mean + deviation).allSatisfy { abs($0) <= 1 } ? 1 : 255
  }

  /// What the user leaves open is as the model's file or the catalogue specifies it. Preset, resize and crop belong together.
  ///
  /// - Returns: also what that changed, in words.
  public func completed(by own: PreprocessingChoice) -> (choice: PreprocessingChoice, changes: [String]) {
    var (choice, changes) = (self, [String]())
    if preset == .imagenetCenter && resize == nil && crop == nil {
      (choice.preset, choice.resize, choice.crop) = (own.preset, own.resize, own.crop)
      if choice != self { changes.append("size") }
    }
    if let filter = own.filter, self.filter == nil {
      choice.filter = filter
      changes.append("filter")
    }
    if let channels = own.channels, self.channels == nil {
      choice.channels = channels
      changes.append("channels")
    }
    if let numbers = own.numbers, self.numbers == nil {
      choice.numbers = numbers
      changes.append("numbers")
    }
    return (choice, changes)
  }

  /// - Throws: `.usage` if two parts of the choice contradict each other, or a number is out of range.
  public func check() throws(AssayError) {
    try checkGeometry()
    switch numbers {
    case .range(let low, let high):
      guard low.isFinite, high.isFinite, low != high else {
        throw AssayError(.usage, "--range needs two different numbers, such as 0,1 or -1,1.")
      }
    case .standardized(let mean, let deviation):
      let (mean, deviation) = (mean ?? [0], deviation ?? [1])
      guard [mean, deviation].allSatisfy({ [1, 3].contains($0.count) && $0.allSatisfy(\.isFinite) }) else {
        throw AssayError(.usage, "--mean and --std are one number or three, for red, green and blue.")
      }
      guard deviation.allSatisfy({ $0 > 0 }) else {
        throw AssayError(.usage, "--std must be above 0.")
      }
      guard Self.unit(mean: mean, deviation: deviation) != nil else {
        throw AssayError(
          .usage, "A mean of 0 with a standard deviation of 1 is ambiguous: pixels may be 0 to 1 or 0 to 255.",
          advice: "Give --range 0,1 or --range 0,255 instead.")
      }
    case nil: break
    }
  }

  private func checkGeometry() throws(AssayError) {
    let sizes = [resize.map(\.sides), crop.map(\.sides)].compactMap(\.self).joined()
    guard sizes.allSatisfy({ (1...65_536).contains($0) }) else {
      throw AssayError(.usage, "--resize and --crop take 1 to 65536 pixels a side.")
    }
    if case .fraction(let fraction) = crop, !(fraction > 0 && fraction <= 1) {
      throw AssayError(.usage, "A fraction in --crop must be above 0 and at most 1; it is \(fraction).")
    }
    switch (preset, resize, crop) {
    case (.imagenetCenter, .some, .fraction):
      throw AssayError(
        .usage, "--resize and a fraction in --crop both set the size that images are resized to.",
        advice: "Give one of them.")
    case (.inception, .some, _), (.squash, .some, _):
      throw AssayError(
        .usage,
        "--preprocessing \(preset.rawValue) resizes to the size of the input; --resize goes with imagenet-center.")
    case (.squash, _, .some):
      throw AssayError(.usage, "--preprocessing squash keeps the whole image; --crop goes with the other presets.")
    case (.inception, _, .exactly):
      throw AssayError(
        .usage, "--preprocessing inception crops before it resizes; give --crop as a fraction, such as 0.875.")
    default: break
    }
  }
}

extension PreprocessingChoice.Resize {
  fileprivate var sides: [Int] {
    switch self {
    case .shorterSide(let side): [side]
    case .exactly(let width, let height): [width, height]
    }
  }
}

extension PreprocessingChoice.Crop {
  fileprivate var sides: [Int] {
    switch self {
    case .fraction: []
    case .exactly(let width, let height): [width, height]
    }
  }
}
