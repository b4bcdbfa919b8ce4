import AssayCore
import Testing

@testable import Imaging

@Suite("Pixels are written in the layout and type of an input")
struct InputWriterTests {
  /// The 5 × 7 fixture; all of its pixels differ.
  private static func image() throws -> RGBImage {
    var (decoder, image) = (ImageDecoder(), RGBImage())
    try decoder.decode(Fixtures.path("resized/5x7.png"), into: &image)
    return image
  }

  private static func written<Element>(
    _ image: RGBImage, as type: DataType, _: Element.Type, shape: [Int]? = nil, quantization: Quantization? = nil,
    _ choice: PreprocessingChoice = PreprocessingChoice(.squash)
  ) throws -> [Element] {
    let shape = shape ?? [1, image.height, image.width, 3]
    let input = TensorSpec(name: "image", type: type, shape: shape, quantization: quantization)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: input.byteCount, alignment: 16)
    defer { memory.deallocate() }
    try Preprocessing(choice, input: input).writer.write(image, into: memory)
    return Array(memory.bindMemory(to: Element.self))
  }

  private static func range(_ low: Double, _ high: Double) -> PreprocessingChoice {
    PreprocessingChoice { $0.numbers = .range(low: low, high: high) }
  }

  @Test(
    "A uint8 input gets raw pixels, whatever its quantisation",
    arguments: [nil, Quantization(scale: 1 / 128, zeroPoint: 128), Quantization(scale: 1 / 255, zeroPoint: 0)])
  func rawUInt8(quantization: Quantization?) throws {
    let image = try Self.image()
    #expect(try Self.written(image, as: .uint8, UInt8.self, quantization: quantization) == image.pixels)
  }

  @Test("An int8 input gets the pixel minus 128")
  func rawInt8() throws {
    let image = try Self.image()
    let written = try Self.written(
      image, as: .int8, Int8.self, quantization: Quantization(scale: 1 / 255, zeroPoint: -128))
    #expect(written == image.pixels.map { Int8(Int($0) - 128) })
  }

  @Test("Float inputs get -1 to 1")
  func floats() throws {
    let image = try Self.image()
    let singles = try Self.written(image, as: .float32, Float.self)
    let halves = try Self.written(image, as: .float16, Float16.self)
    for (index, pixel) in image.pixels.enumerated() {
      let real: Float = Float(pixel) / 127.5 - 1
      #expect(abs(singles[index] - real) <= 2 * Float.ulpOfOne)
      #expect(abs(halves[index] - Float16(real)) <= Float16.ulpOfOne)
    }
  }

  @Test("Means and deviations apply to red, green and blue in any channel order")
  func standardized() throws {
    let image = try Self.image()
    var choice = PreprocessingChoice {
      $0.numbers = .standardized(mean: [0, 10, 20], deviation: [1, 2, 4])
    }
    let written = try Self.written(image, as: .float32, Float.self, choice)
    choice.channels = .bgr
    let swapped = try Self.written(image, as: .float32, Float.self, choice)
    for (index, pixel) in image.pixels.enumerated() {
      let value = Float(pixel)
      let expected: [Float] = [value, (value - 10) / 2, (value - 20) / 4]
      #expect(abs(written[index] - expected[index % 3]) < 1e-4)
      #expect(swapped[index - index % 3 + 2 - index % 3] == written[index])
    }
  }

  @Test("With bgr, the blue plane comes first in a channels-first input")
  func planarSwapped() throws {
    let image = try Self.image()
    let choice = PreprocessingChoice { $0.channels = .bgr }
    let written = try Self.written(image, as: .uint8, UInt8.self, shape: [1, 3, 7, 5], choice)
    let planes = [2, 1, 0].flatMap { channel in (0..<35).map { image.pixels[$0 * 3 + channel] } }
    #expect(written == planes)
  }

  @Test("With a normalisation, real values are quantised with the input's parameters, rounded and clamped")
  func quantized() throws {
    let image = try Self.image()
    let written = try Self.written(
      image, as: .int8, Int8.self, quantization: Quantization(scale: 0.005, zeroPoint: 3), Self.range(-1, 1))
    let expected = image.pixels.map { pixel -> Int8 in
      let real: Double = Double(pixel) / 127.5 - 1
      return Int8(clamping: Int((real / 0.005).rounded()) + 3)
    }
    #expect(Set(written).isSuperset(of: [-128, 127]) && Set(written).count > 2)
    #expect(written == expected)
  }

  @Test(
    "Values that an 8-bit input cannot tell apart are an error",
    arguments: [nil, Quantization(scale: 0, zeroPoint: 0), Quantization(scale: 1, zeroPoint: 0)])
  func wrongUnit(quantization: Quantization?) throws {
    let error = #expect(throws: AssayError.self) {
      try Self.written(Self.image(), as: .int8, Int8.self, quantization: quantization, Self.range(0, 1))
    }
    #expect(error?.message.hasSuffix("the requested values use fewer than 16 of its 256 levels.") == true)
  }

  @Test("Channels come first if the shape says so")
  func planar() throws {
    let image = try Self.image()
    let written = try Self.written(image, as: .uint8, UInt8.self, shape: [1, 3, 7, 5])
    let planes = (0..<3).flatMap { channel in (0..<35).map { image.pixels[$0 * 3 + channel] } }
    #expect(written == planes)
  }

  @Test("One channel gets the luminance of ITU-R BT.601", arguments: [[1, 7, 5, 1], [1, 1, 7, 5]])
  func luminance(shape: [Int]) throws {
    let image = try Self.image()
    let written = try Self.written(image, as: .uint8, UInt8.self, shape: shape)
    let pixels = image.pixels.map(Double.init)
    for (index, level) in written.enumerated() {
      let (red, green, blue) = (pixels[index * 3], pixels[index * 3 + 1], pixels[index * 3 + 2])
      let luminance: Double = 0.299 * red + 0.587 * green + 0.114 * blue
      #expect(abs(Double(level) - luminance) <= 0.501)
    }
  }

  @Test(
    "A shape that is not that of one image is an error that names the shape",
    arguments: [[], [1, 1000], [224, 224, 3], [2, 224, 224, 3], [1, 224, 224, 4], [1, 28, 28, 3, 1]])
  func badShape(shape: [Int]) {
    let error = #expect(throws: AssayError.self) {
      try Preprocessing(input: TensorSpec(name: "tokens", type: .uint8, shape: shape))
    }
    #expect(error?.code == .badData)
    #expect(error?.message == "Input 'tokens' has the shape \(shape), which is not that of one image.")
  }

  @Test("An element type that cannot hold an image is an error", arguments: [DataType.int64, .bool, .float64])
  func badType(type: DataType) {
    let error = #expect(throws: AssayError.self) {
      try Preprocessing(input: TensorSpec(name: "tokens", type: type, shape: [1, 8, 8, 3]))
    }
    #expect(error?.message == "Input 'tokens' has elements of type \(type.rawValue), which cannot hold an image.")
  }
}
