import AssayCore

/// How to resize and crop images of any size to the size of an input. Every default is resolved.
struct ResizeAndCrop: Hashable, Sendable {
  enum Method: Hashable, Sendable {
    /// Resize in proportion, just large enough to cover this size, then crop the centre.
    case cover(width: Int, height: Int)
    /// Stretch to this size, then crop the centre.
    case exactly(width: Int, height: Int)
    /// Crop this fraction of each side around the centre, then stretch to the input.
    case central(Double)
  }

  let method: Method
  /// Width of the input, in pixels.
  let width: Int
  /// Height of the input, in pixels.
  let height: Int

  /// - Throws: `.badData` if the crop is not the input's size, or the resized image does not fill the input.
  init(_ choice: PreprocessingChoice, width: Int, height: Int) throws(AssayError) {
    (self.width, self.height) = (width, height)
    if case .exactly(let cropWidth, let cropHeight) = choice.crop, (cropWidth, cropHeight) != (width, height) {
      throw AssayError(
        .badData, "The crop is \(cropWidth) × \(cropHeight); the model's input is \(width) × \(height) pixels.",
        advice: "Leave out --crop: it defaults to the size of the input.")
    }
    let fraction: Double = if case .fraction(let fraction) = choice.crop { fraction } else { 0.875 }
    switch (choice.preset, choice.resize) {
    case (.squash, _): method = .exactly(width: width, height: height)
    case (.inception, _): method = .central(fraction)
    case (.imagenetCenter, nil):
      method = .cover(width: Self.side(width, over: fraction), height: Self.side(height, over: fraction))
    case (.imagenetCenter, .shorterSide(let side)): method = .cover(width: side, height: side)
    case (.imagenetCenter, .exactly(let toWidth, let toHeight)): method = .exactly(width: toWidth, height: toHeight)
    }
    switch method {
    case .cover(let toWidth, let toHeight), .exactly(let toWidth, let toHeight):
      guard toWidth >= width, toHeight >= height else {
        throw AssayError(
          .badData, "Images resized to \(toWidth) × \(toHeight) pixels do not fill the input of \(width) × \(height).",
          advice: "Give a --resize of \(max(width, height)) or more.")
      }
    case .central: break
    }
  }

  /// Rounds halves to even, as Python does.
  static func side(_ size: Int, over fraction: Double) -> Int {
    Int((Double(size) / fraction).rounded(.toNearestOrEven))
  }

  var description: String {
    let size = width == height ? "\(width)" : "\(width) × \(height)"
    return switch method {
    case .cover(let toWidth, let toHeight):
      toWidth == toHeight
        ? "shorter side to \(toWidth), centre crop \(size)"
        : "in proportion to cover \(toWidth) × \(toHeight), centre crop \(size)"
    case .exactly(width, height): "squashed to \(width) × \(height)"
    case .exactly(let toWidth, let toHeight): "squashed to \(toWidth) × \(toHeight), centre crop \(size)"
    case .central(let fraction): "central \(Figure.text(fraction * 100)) %, squashed to \(width) × \(height)"
    }
  }

  /// The steps for an image of this size.
  func geometry(imageWidth: Int, imageHeight: Int) -> Geometry {
    switch method {
    case .cover(let toWidth, let toHeight):
      // The limiting side gets the exact size, the other is rounded down.
      imageWidth * toHeight < imageHeight * toWidth
        ? cropped(imageWidth, imageHeight, to: toWidth, toWidth * imageHeight / imageWidth)
        : cropped(imageWidth, imageHeight, to: toHeight * imageWidth / imageHeight, toHeight)
    case .exactly(let toWidth, let toHeight):
      cropped(imageWidth, imageHeight, to: toWidth, toHeight)
    case .central(let fraction):
      Geometry(
        source: .init(x: Self.central(imageWidth, fraction), y: Self.central(imageHeight, fraction)), width: width,
        height: height, region: .init(x: 0..<width, y: 0..<height))
    }
  }

  /// The central `fraction` of `size` pixels, rounded as in TensorFlow's `central_crop`.
  private static func central(_ size: Int, _ fraction: Double) -> Range<Int> {
    let margin = Int((Double(size) - Double(size) * fraction) / 2)
    return margin..<size - margin
  }

  private func cropped(_ imageWidth: Int, _ imageHeight: Int, to toWidth: Int, _ toHeight: Int) -> Geometry {
    let left = Int((Double(toWidth - width) / 2).rounded(.toNearestOrEven))
    let top = Int((Double(toHeight - height) / 2).rounded(.toNearestOrEven))
    return Geometry(
      source: .init(x: 0..<imageWidth, y: 0..<imageHeight), width: toWidth, height: toHeight,
      region: .init(x: left..<left + width, y: top..<top + height))
  }
}

/// Resize `source`, a part of an image, to `width` × `height` pixels; keep `region` of the result.
struct Geometry: Equatable {
  let source: Resampler.Region
  let width: Int
  let height: Int
  let region: Resampler.Region
}
