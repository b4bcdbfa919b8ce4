/// What a user asks for of preprocessing. What is `nil` is left to the preset and the model: the worker resolves the choice
/// against the input of the session.
public struct PreprocessingChoice: Codable, Hashable, Sendable {
  /// Which part of an image the model sees.
  public enum Preset: String, Codable, Sendable, CaseIterable {
    /// The image resized to a little more than the input, then its centre: what most ImageNet models are evaluated with.
    case imagenetCenter = "imagenet-center"
    /// The central part of the image, resized to the input whatever its shape: TF-Slim's `inception_preprocessing`.
    case inception
    /// The whole image, resized to the input whatever its shape.
    case squash
  }

  /// How pixels are combined when an image is resized. All but `nearest` widen as the image shrinks (antialiasing).
  public enum Filter: String, Codable, Sendable, CaseIterable {
    case nearest, box, bilinear, bicubic, lanczos
  }

  /// Where the channels stand in the input's shape.
  public enum Layout: String, Codable, Sendable, CaseIterable {
    case nhwc, nchw
  }

  /// The order of the channels.
  public enum ChannelOrder: String, Codable, Sendable, CaseIterable {
    case rgb, bgr
  }

  /// What an image is resized to, in pixels.
  public enum Resize: Codable, Hashable, Sendable {
    /// The shorter side, the other one in proportion.
    case shorterSide(Int)
    case exactly(width: Int, height: Int)
  }

  /// What is kept, around the centre.
  public enum Crop: Codable, Hashable, Sendable {
    /// A part of each side, above 0 and at most 1.
    case fraction(Double)
    /// In pixels. Must be the size of the input, and is checked to be.
    case exactly(width: Int, height: Int)
  }

  /// The numbers that pixels become, each given once for all channels or three times, for red, green and blue.
  public enum Numbers: Codable, Hashable, Sendable {
    /// `(pixel - mean) / deviation`, with a mean of 0 or a deviation of 1 where it is `nil`; see `unit`.
    case standardized(mean: [Double]?, deviation: [Double]?)
    /// A pixel of 0 becomes `low`, one of 255 `high`.
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
  /// Whether an image is turned as its EXIF orientation says.
  public var appliesOrientation = false

  /// The default preset without overrides.
  public init() {}
}

extension PreprocessingChoice {
  /// The value of a white pixel in the unit of a mean and deviation: 1, as torchvision has them, where all are at most 1, else 255, as
  /// TFLite's metadata and Caffe have them. A mean of 0 with a deviation of 1 could be meant in either unit: `nil`.
  public static func unit(mean: [Double], deviation: [Double]) -> Double? {
    if mean.allSatisfy({ $0 == 0 }) && deviation.allSatisfy({ $0 == 1 }) { return nil }
    return (mean + deviation).allSatisfy { abs($0) <= 1 } ? 1 : 255
  }

  /// - Throws: `.usage`, where two parts of the choice contradict one another, or a number is out of its range.
  public func check() throws(AssayError) {
    try checkGeometry()
    switch numbers {
    case .range(let low, let high):
      guard low.isFinite, high.isFinite, low != high else {
        throw AssayError(.usage, "The range of values needs two different numbers, as in 0,1 or -1,1.")
      }
    case .standardized(let mean, let deviation):
      let (mean, deviation) = (mean ?? [0], deviation ?? [1])
      guard [mean, deviation].allSatisfy({ [1, 3].contains($0.count) && $0.allSatisfy(\.isFinite) }) else {
        throw AssayError(.usage, "Mean and standard deviation are one number or three, for red, green and blue.")
      }
      guard deviation.allSatisfy({ $0 > 0 }) else {
        throw AssayError(.usage, "A standard deviation must be above 0.")
      }
      guard Self.unit(mean: mean, deviation: deviation) != nil else {
        throw AssayError(
          .usage, "A mean of 0 with a standard deviation of 1 can be meant for pixels of 0 to 1 or of 0 to 255.",
          advice: "Give --range 0,1 or --range 0,255 instead.")
      }
    case nil: break
    }
  }

  private func checkGeometry() throws(AssayError) {
    let sizes = [resize.map(\.sides), crop.map(\.sides)].compactMap(\.self).joined()
    guard sizes.allSatisfy({ (1...65_536).contains($0) }) else {
      throw AssayError(.usage, "Images are resized and cropped to 1 to 65536 pixels a side.")
    }
    if case .fraction(let fraction) = crop, !(fraction > 0 && fraction <= 1) {
      throw AssayError(.usage, "The part of an image that a crop keeps is above 0 and at most 1; it is \(fraction).")
    }
    switch (preset, resize, crop) {
    case (.imagenetCenter, .some, .fraction):
      throw AssayError(
        .usage, "--resize and a fraction in --crop both say what size the image is resized to.",
        advice: "Give one of them.")
    case (.inception, .some, _), (.squash, .some, _):
      throw AssayError(
        .usage,
        "--preprocessing \(preset.rawValue) resizes to the size of the input; --resize goes with imagenet-center.")
    case (.squash, _, .some):
      throw AssayError(.usage, "--preprocessing squash keeps the whole image; --crop goes with the other presets.")
    case (.inception, _, .exactly):
      throw AssayError(
        .usage, "--preprocessing inception crops before it resizes, so that --crop is a fraction, such as 0.875.")
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
