import AssayCore

/// How images of any size become the size of an input, with every default filled in.
struct Fit: Hashable, Sendable {
  enum Method: Hashable, Sendable {
    /// Resized in proportion, just large enough to cover this size, then the centre.
    case cover(width: Int, height: Int)
    /// Resized to this size whatever the shape, then the centre.
    case exactly(width: Int, height: Int)
    /// The central part of each side, resized whatever its shape.
    case central(Double)
  }

  let method: Method
  /// Of the input, in pixels.
  let width: Int
  let height: Int

  /// - Throws: `.badData`, where a crop is not the input's size or does not fit into what images are resized to.
  init(_ choice: PreprocessingChoice, width: Int, height: Int) throws(AssayError) {
    (self.width, self.height) = (width, height)
    if case .exactly(let cropWidth, let cropHeight) = choice.crop, (cropWidth, cropHeight) != (width, height) {
      throw AssayError(
        .badData, "The crop is \(cropWidth) × \(cropHeight); the model's input is \(width) × \(height) pixels.",
        advice: "Leave --crop out: the crop is then the size of the input.")
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

  /// Rounded as Python does, halves to even.
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

  /// What is done to an image of a given size.
  func geometry(imageWidth: Int, imageHeight: Int) -> Geometry {
    switch method {
    case .cover(let toWidth, let toHeight):
      // The side that is the tighter one gets the size, the other one is rounded down.
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

  /// As TensorFlow's `central_crop` rounds.
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

/// The part of an image that is looked at, the size that this is resized to, and what is kept of that.
struct Geometry: Equatable {
  let source: Resampler.Region
  let width: Int
  let height: Int
  let region: Resampler.Region
}
