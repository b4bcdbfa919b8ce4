import AssayCore

/// Writes pixels into the input tensor of a model, in its layout and type.
///
/// One channel gets the luminance of Pillow's `convert("L")`. Without a normalisation, an 8-bit input gets the raw pixel, minus
/// 128 if it is signed. This ignores the quantisation parameters, which is safe: they were fitted to the inputs seen in
/// training, so that the 256 integers span the range of the 256 pixels, whether that is -1 … 1, 0 … 1, 0 … 255 or that of a
/// mean and deviation. With a normalisation, an 8-bit input gets `round(real / scale) + zeroPoint`, clamped.
struct InputWriter: Hashable, Sendable {
  /// In pixels.
  var width: Int { layout.width }
  /// In pixels.
  var height: Int { layout.height }

  private let layout: ImageLayout
  /// The channels that red, green and blue are written to.
  private let channels: SIMD3<Int>
  private let table: Table
  /// Whether the input has the same bytes as the image.
  private let isPlainCopy: Bool

  /// The bits of the element for each of the 256 levels, channel after channel.
  private enum Table: Hashable {
    case bytes([UInt8])
    case halves([UInt16])
    case words([UInt32])
  }

  /// Of 256 levels, the fewest that an 8-bit input must keep apart. Fewer mean numbers in the wrong unit.
  private static let fewestLevels = 16

  /// - Throws: `.badData` if the element type is not one for images, or its quantisation cannot represent the numbers.
  init(
    _ input: TensorSpec, layout: ImageLayout, order: PreprocessingChoice.ChannelOrder,
    normalization: Preprocessing.Normalization?
  ) throws(AssayError) {
    switch input.type {
    case .uint8, .int8:
      let levels = Self.quantizedLevels(input, normalization)
      guard (0..<3).allSatisfy({ Set(levels[$0 * 256..<$0 * 256 + 256]).count >= Self.fewestLevels }) else {
        let parameters = input.quantization.map { "scale \($0.scale), zero point \($0.zeroPoint)" } ?? "no parameters"
        throw AssayError(
          .badData,
          "Input '\(input.name)' is quantised to \(input.type.rawValue) with \(parameters); the requested values use fewer than \(Self.fewestLevels) of its 256 levels.",
          advice: "Give the range of training as --range, or --mean and --std; leave them out for raw pixels.")
      }
      table = .bytes(levels)
    case .float16: table = .halves(Level.all(normalization).map { Float16($0.real).bitPattern })
    case .float32: table = .words(Level.all(normalization).map { Float($0.real).bitPattern })
    default:
      throw AssayError(
        .badData, "Input '\(input.name)' has elements of type \(input.type.rawValue), which cannot hold an image.",
        advice: "An image input is uint8, int8, float16 or float32.")
    }
    self.layout = layout
    channels = order == .rgb ? SIMD3(0, 1, 2) : SIMD3(2, 1, 0)
    let isUnchanged = table == .bytes((0..<768).map { UInt8(truncatingIfNeeded: $0) })
    isPlainCopy = isUnchanged && !layout.isGrey && layout.order == .nhwc && order == .rgb
  }

  /// Whether normalising and quantising moves no pixel of an 8-bit input by more than one level.
  ///
  /// The metadata of quantised models often gives the range of training, which their parameters turn back into pixels only
  /// nearly. The tools that evaluated these models fed them raw pixels.
  static func isNearlyRaw(_ normalization: Preprocessing.Normalization, _ input: TensorSpec) -> Bool {
    guard input.quantization != nil else { return true }
    return zip(quantizedLevels(input, normalization), quantizedLevels(input, nil)).allSatisfy {
      let (one, other) = input.type == .int8 ? ($0 ^ 128, $1 ^ 128) : ($0, $1)
      return abs(Int(one) - Int(other)) <= 1
    }
  }

  private static func quantizedLevels(_ input: TensorSpec, _ normalization: Preprocessing.Normalization?) -> [UInt8] {
    Level.all(normalization).map {
      input.type == .uint8
        ? $0.quantized(as: UInt8.self, by: input.quantization)
        : UInt8(bitPattern: $0.quantized(as: Int8.self, by: input.quantization))
    }
  }

  /// Fills `bytes`, aligned for the input's elements, from `image`, which has the input's width and height.
  func write(_ image: RGBImage, into bytes: UnsafeMutableRawBufferPointer) {
    precondition(image.width == width && image.height == height)
    if isPlainCopy {
      image.pixels.withUnsafeBytes { bytes.copyMemory(from: $0) }
      return
    }
    switch table {
    case .bytes(let table): write(image.pixels, through: table, into: bytes)
    case .halves(let table): write(image.pixels, through: table, into: bytes)
    case .words(let table): write(image.pixels, through: table, into: bytes)
    }
  }

  private func write<Element>(_ pixels: [UInt8], through table: [Element], into bytes: UnsafeMutableRawBufferPointer) {
    let elements = bytes.bindMemory(to: Element.self)
    let count = width * height
    precondition(elements.count == count * (layout.isGrey ? 1 : 3))
    table.withUnsafeBufferPointer { table in
      pixels.withUnsafeBufferPointer { pixels in
        if layout.isGrey {
          for i in 0..<count {
            elements[i] = table[Self.luminance(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2])]
          }
          return
        }
        let (step, stride) = layout.order == .nhwc ? (3, 1) : (1, count)
        let (red, green, blue) = (channels.x * stride, channels.y * stride, channels.z * stride)
        for i in 0..<count {
          elements[step * i + red] = table[Int(pixels[3 * i])]
          elements[step * i + green] = table[256 + Int(pixels[3 * i + 1])]
          elements[step * i + blue] = table[512 + Int(pixels[3 * i + 2])]
        }
      }
    }
  }

  /// ITU-R BT.601 in 16-bit fixed point, rounded: Pillow's `convert("L")`.
  private static func luminance(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
    (Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471 + 0x8000) >> 16
  }
}

/// One of the 256 levels of a channel.
private struct Level {
  let pixel: Int
  /// `nil` for raw pixels.
  let normalized: Double?

  init(pixel: Int, channel: Int, normalization: Preprocessing.Normalization?) {
    self.pixel = pixel
    normalized = normalization.map { Double(pixel) * $0.scale[channel] + $0.offset[channel] }
  }

  /// The levels of red, of green and of blue.
  static func all(_ normalization: Preprocessing.Normalization?) -> [Level] {
    (0..<3).flatMap { channel in
      (0..<256).map { Level(pixel: $0, channel: channel, normalization: normalization) }
    }
  }

  /// For a float input.
  var real: Double { normalized ?? Double(pixel) }

  /// For an 8-bit input. Without parameters, the scale is 1 and the zero point 0.
  func quantized<Element: FixedWidthInteger>(as type: Element.Type, by quantization: Quantization?) -> Element {
    guard let normalized else { return Element(clamping: pixel + Int(Element.min)) }
    let quantization = quantization ?? Quantization(scale: 1, zeroPoint: 0)
    let value = (normalized / quantization.scale).rounded(.toNearestOrEven) + Double(quantization.zeroPoint)
    // In this order, `min` and `max` also clamp NaN, which a scale of 0 gives.
    return Element(max(Double(Element.min), min(value, Double(Element.max))))
  }
}
