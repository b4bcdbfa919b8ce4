public import AssayCore

/// Writes pixels into the input tensor of a model, in the layout and as the numbers that it asks for.
///
/// The layout is told by the shape: [1, H, W, 3] and [1, 3, H, W] take RGB, [1, H, W, 1] and [1, 1, H, W] the luminance, as Pillow's
/// `convert("L")` has it.
///
/// Without a normalisation a float input gets -1 … 1, and an 8-bit input the pixel itself, less 128 where it is signed. The
/// quantisation parameters are then not looked at, and need not be: whoever quantised the model fitted them to the values that
/// it saw in training, so that 256 integers span the range of 256 pixels, be that range -1 … 1, 0 … 1, 0 … 255 or one of a mean and a
/// deviation. With a normalisation, an 8-bit input gets `round(real / scale) + zeroPoint`, clamped.
public struct InputWriter: Sendable {
  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int

  /// Colour and numbers in words: `RGB, raw uint8`.
  public let description: String

  private let layout: Layout
  private let table: Table

  private enum Layout {
    case interleaved, planar, luminance
  }

  /// The element that each of 256 levels becomes, channel after channel, as bits.
  private enum Table {
    case bytes([UInt8])
    case halves([UInt16])
    case words([UInt32])
  }

  /// - Throws: `.badData`, naming shape and type, where the input takes no image.
  public init(_ input: TensorSpec, normalization: Preprocessing.Normalization? = nil) throws(AssayError) {
    guard let (layout, height, width) = Self.layout(of: input.shape) else {
      throw AssayError(
        .badData, "Input '\(input.name)' has the shape \(input.shape), which is not that of one image.",
        advice: "An image input has the shape [1, height, width, 3], [1, 3, height, width], or the same with 1 channel."
      )
    }
    let normalization = normalization ?? (input.type == .float16 || input.type == .float32 ? .symmetric : nil)
    let levels: [Level] = (0..<(layout == .luminance ? 1 : 3)).flatMap { channel in
      (0..<256).map { Level(pixel: $0, channel: channel, normalization: normalization) }
    }
    switch input.type {
    case .uint8: table = .bytes(levels.map { $0.quantized(as: UInt8.self, by: input.quantization) })
    case .int8:
      table = .bytes(levels.map { UInt8(bitPattern: $0.quantized(as: Int8.self, by: input.quantization)) })
    case .float16: table = .halves(levels.map { Float16($0.real).bitPattern })
    case .float32: table = .words(levels.map { Float($0.real).bitPattern })
    default:
      throw AssayError(
        .badData, "Input '\(input.name)' has elements of type \(input.type.rawValue), which no image is written as.",
        advice: "An image input is uint8, int8, float16 or float32.")
    }
    (self.layout, self.height, self.width) = (layout, height, width)
    let colour = layout == .luminance ? "luminance" : "RGB"
    description = "\(colour), \(Self.describe(input.type, normalization))"
  }

  /// Writes `image`, of the width and height of the input, into all of `bytes`, aligned as its elements ask for.
  public func write(_ image: RGBImage, into bytes: UnsafeMutableRawBufferPointer) {
    precondition(image.width == width && image.height == height)
    switch table {
    case .bytes(let table): write(image.pixels, through: table, into: bytes)
    case .halves(let table): write(image.pixels, through: table, into: bytes)
    case .words(let table): write(image.pixels, through: table, into: bytes)
    }
  }

  private func write<Element>(_ pixels: [UInt8], through table: [Element], into bytes: UnsafeMutableRawBufferPointer) {
    let elements = bytes.bindMemory(to: Element.self)
    let count = width * height
    precondition(elements.count == count * (layout == .luminance ? 1 : 3))
    table.withUnsafeBufferPointer { table in
      pixels.withUnsafeBufferPointer { pixels in
        switch layout {
        case .interleaved:
          for i in 0..<count {
            elements[3 * i] = table[Int(pixels[3 * i])]
            elements[3 * i + 1] = table[256 + Int(pixels[3 * i + 1])]
            elements[3 * i + 2] = table[512 + Int(pixels[3 * i + 2])]
          }
        case .planar:
          for channel in 0..<3 {
            for i in 0..<count { elements[channel * count + i] = table[channel * 256 + Int(pixels[3 * i + channel])] }
          }
        case .luminance:
          for i in 0..<count {
            elements[i] = table[Self.luminance(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2])]
          }
        }
      }
    }
  }
}

extension InputWriter {
  private static func layout(of shape: [Int]) -> (Layout, height: Int, width: Int)? {
    guard shape.count == 4, shape[0] == 1 else { return nil }
    // Channels last is looked at first: [1, 3, 3, 3] and [1, 1, H, 1] can be read both ways.
    switch (shape[1], shape[3]) {
    case (_, 3): return (.interleaved, shape[1], shape[2])
    case (3, _): return (.planar, shape[2], shape[3])
    case (_, 1): return (.luminance, shape[1], shape[2])
    case (1, _): return (.luminance, shape[2], shape[3])
    default: return nil
    }
  }

  /// ITU-R BT.601 in 16-bit fixed point, rounded: Pillow's `convert("L")`.
  private static func luminance(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
    (Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471 + 0x8000) >> 16
  }

  private static func describe(_ type: DataType, _ normalization: Preprocessing.Normalization?) -> String {
    guard let normalization else { return type == .int8 ? "raw int8 (pixel - 128)" : "raw \(type.rawValue)" }
    let (low, high) = (normalization.offset, normalization.scale * 255 + normalization.offset)
    return "\(type.rawValue) from \(text(low)) to \(text(high))"
  }

  /// One number where all three are the same; at most four decimals.
  private static func text(_ values: SIMD3<Double>) -> String {
    let numbers = (0..<3).map { channel in
      let rounded = (values[channel] * 10_000).rounded() / 10_000
      return Int(exactly: rounded).map { String($0) } ?? String(rounded)
    }
    return Set(numbers).count == 1 ? numbers[0] : "(\(numbers.joined(separator: ", ")))"
  }
}

/// One of the 256 levels of a channel.
private struct Level {
  let pixel: Int
  /// `nil` where the pixel itself is asked for.
  let normalized: Double?

  init(pixel: Int, channel: Int, normalization: Preprocessing.Normalization?) {
    self.pixel = pixel
    normalized = normalization.map { Double(pixel) * $0.scale[channel] + $0.offset[channel] }
  }

  /// For a float input.
  var real: Double { normalized ?? Double(pixel) }

  /// For an 8-bit input. Integers without parameters stand for themselves.
  func quantized<Element: FixedWidthInteger>(as type: Element.Type, by quantization: Quantization?) -> Element {
    guard let normalized else { return Element(clamping: pixel + Int(Element.min)) }
    let quantization = quantization ?? Quantization(scale: 1, zeroPoint: 0)
    let value = (normalized / quantization.scale).rounded(.toNearestOrEven) + Double(quantization.zeroPoint)
    // `min` and `max` in this order also turn what is no number, from a scale of 0, into a bound.
    return Element(max(Double(Element.min), min(value, Double(Element.max))))
  }
}
