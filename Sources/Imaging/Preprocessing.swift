public import AssayCore

/// How an image becomes the input of a model: which part of it, and which numbers its pixels become.
public struct Preprocessing: Codable, Hashable, Sendable {
  /// What is done to an image whose size is not the model's.
  public enum Fit: String, Codable, Sendable, CaseIterable {
    /// Shorter side to size / 0.875, then the centre: what most ImageNet models are evaluated with.
    case center
    /// The whole image to the model's size, whatever its shape.
    case squash
  }

  /// The real value that a pixel of 0 … 255 stands for: `pixel × scale + offset`, for red, green and blue. Every number is finite.
  public struct Normalization: Codable, Hashable, Sendable {
    /// What a red, green and blue pixel is multiplied by.
    public let scale: SIMD3<Double>
    /// What is added to it then.
    public let offset: SIMD3<Double>

    /// `pixel × scale + offset`.
    public init(scale: SIMD3<Double>, offset: SIMD3<Double>) {
      self.scale = scale
      self.offset = offset
    }

    /// `pixel / 127.5 - 1`, from -1 to 1: what Inception and MobileNet are trained with.
    public static let symmetric = Self(scale: .init(repeating: 1 / 127.5), offset: .init(repeating: -1))
  }

  /// Which part of the image the model sees.
  public var fit: Fit
  /// `nil` leaves it to the input: a float one gets `.symmetric`, an 8-bit one the pixels themselves (see `InputWriter`).
  public var normalization: Normalization?

  /// What suits most models, unless told otherwise.
  public init(fit: Fit = .center, normalization: Normalization? = nil) {
    self.fit = fit
    self.normalization = normalization
  }

  /// In words, for a given input: `shorter side to 256, centre crop 224, bilinear antialiased, RGB, raw uint8`.
  ///
  /// - Throws: `.badData` where the input takes no image.
  public func description(for input: TensorSpec) throws(AssayError) -> String {
    let writer = try InputWriter(input, normalization: normalization)
    let geometry =
      switch fit {
      case .center: "shorter side to \(Geometry.shorterSide(for: writer.width)), centre crop \(writer.width)"
      case .squash: "squashed to \(writer.width) × \(writer.height)"
      }
    return "\(geometry), bilinear antialiased, \(writer.description)"
  }
}

/// The size that an image is resized to, and what is kept of that.
struct Geometry: Equatable {
  let width: Int
  let height: Int
  let region: Resampler.Region

  /// Rounded as Python does, halves to even.
  static func shorterSide(for size: Int) -> Int { Int((Double(size) / 0.875).rounded(.toNearestOrEven)) }

  /// Shorter side to size / 0.875, the longer one rounded down, and the central square.
  static func center(imageWidth: Int, imageHeight: Int, size: Int) -> Geometry {
    let side = shorterSide(for: size)
    let (width, height) =
      imageWidth < imageHeight
      ? (side, side * imageHeight / imageWidth) : (side * imageWidth / imageHeight, side)
    let left = Int((Double(width - size) / 2).rounded(.toNearestOrEven))
    let top = Int((Double(height - size) / 2).rounded(.toNearestOrEven))
    return Geometry(width: width, height: height, region: .init(x: left..<left + size, y: top..<top + size))
  }

  static func squash(width: Int, height: Int) -> Geometry {
    Geometry(width: width, height: height, region: .init(x: 0..<width, y: 0..<height))
  }
}
