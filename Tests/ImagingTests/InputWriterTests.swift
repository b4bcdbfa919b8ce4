import AssayCore
import Imaging
import Testing

@Suite("Pixels become the numbers that an input asks for")
struct InputWriterTests {
  /// The 5 × 7 fixture, whose pixels all differ.
  private static func image() throws -> RGBImage {
    var (decoder, image) = (ImageDecoder(), RGBImage())
    try decoder.decode(Fixtures.path("resized/5x7.png"), into: &image)
    return image
  }

  private static func written<Element>(
    _ image: RGBImage, as type: DataType, _: Element.Type, shape: [Int]? = nil, quantization: Quantization? = nil,
    normalization: Preprocessing.Normalization? = nil
  ) throws -> [Element] {
    let shape = shape ?? [1, image.height, image.width, 3]
    let input = TensorSpec(name: "image", type: type, shape: shape, quantization: quantization)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: input.byteCount, alignment: 16)
    defer { memory.deallocate() }
    try InputWriter(input, normalization: normalization).write(image, into: memory)
    return Array(memory.bindMemory(to: Element.self))
  }

  @Test(
    "A uint8 input gets the pixels themselves, whatever its quantisation",
    arguments: [nil, Quantization(scale: 1 / 128, zeroPoint: 128), Quantization(scale: 1 / 255, zeroPoint: 0)])
  func rawUInt8(quantization: Quantization?) throws {
    let image = try Self.image()
    #expect(try Self.written(image, as: .uint8, UInt8.self, quantization: quantization) == image.pixels)
  }

  @Test("An int8 input gets the pixel less 128")
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

  @Test("A normalisation is applied to each channel")
  func normalization() throws {
    let image = try Self.image()
    let normalization = Preprocessing.Normalization(scale: [1, 2, 4], offset: [0, 0.5, -1])
    let written = try Self.written(image, as: .float32, Float.self, normalization: normalization)
    for (index, pixel) in image.pixels.enumerated() {
      let value = Float(pixel)
      let expected: [Float] = [value, 2 * value + 0.5, 4 * value - 1]
      #expect(written[index] == expected[index % 3])
    }
  }

  @Test("With a normalisation, real values are quantised with the input's parameters, rounded and clamped")
  func quantized() throws {
    let image = try Self.image()
    let written = try Self.written(
      image, as: .int8, Int8.self, quantization: Quantization(scale: 0.005, zeroPoint: 3), normalization: .symmetric)
    let expected = image.pixels.map { pixel -> Int8 in
      let real: Double = Double(pixel) / 127.5 - 1
      return Int8(clamping: Int((real / 0.005).rounded()) + 3)
    }
    #expect(Set(written).isSuperset(of: [-128, 127]) && Set(written).count > 2)
    #expect(written == expected)
  }

  @Test("A quantisation scale of 0 gives the bounds, not a crash")
  func zeroScale() throws {
    let written = try Self.written(
      Self.image(), as: .int8, Int8.self, quantization: Quantization(scale: 0, zeroPoint: 0), normalization: .symmetric)
    #expect(Set(written).isSubset(of: [-128, 127]))
  }

  @Test("Channels come first where the shape says so")
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
    "A shape that is not one image's is an error that names it",
    arguments: [[], [1, 1000], [224, 224, 3], [2, 224, 224, 3], [1, 224, 224, 4], [1, 28, 28, 3, 1]])
  func badShape(shape: [Int]) {
    let error = #expect(throws: AssayError.self) {
      try InputWriter(TensorSpec(name: "tokens", type: .uint8, shape: shape))
    }
    #expect(error?.code == .badData)
    #expect(error?.message == "Input 'tokens' has the shape \(shape), which is not that of one image.")
  }

  @Test("Elements that no image is written as are an error", arguments: [DataType.int64, .bool, .float64])
  func badType(type: DataType) {
    let error = #expect(throws: AssayError.self) {
      try InputWriter(TensorSpec(name: "tokens", type: type, shape: [1, 8, 8, 3]))
    }
    #expect(error?.message == "Input 'tokens' has elements of type \(type.rawValue), which no image is written as.")
  }

  @Test("A centre crop for an input that is not square is an error")
  func notSquare() {
    let input = TensorSpec(name: "image", type: .uint8, shape: [1, 192, 256, 3])
    let error = #expect(throws: AssayError.self) { try ImagePreparer(Preprocessing(), input: input) }
    #expect(error?.message == "Input 'image' takes images of 256 × 192 pixels; a centre crop is square.")
  }

  @Test("What is done is told in words")
  func description() throws {
    let raw = TensorSpec(name: "image", type: .uint8, shape: [1, 224, 224, 3])
    #expect(
      try Preprocessing().description(for: raw)
        == "shorter side to 256, centre crop 224, bilinear antialiased, RGB, raw uint8")
    let float = TensorSpec(name: "image", type: .float32, shape: [1, 3, 192, 256])
    #expect(
      try Preprocessing(fit: .squash).description(for: float)
        == "squashed to 256 × 192, bilinear antialiased, RGB, float32 from -1 to 1")
    let grey = TensorSpec(name: "image", type: .int8, shape: [1, 8, 8, 1])
    #expect(
      try Preprocessing(fit: .squash).description(for: grey)
        == "squashed to 8 × 8, bilinear antialiased, luminance, raw int8 (pixel - 128)")
    let imagenet = Preprocessing.Normalization(scale: [0.0171, 0.0175, 0.0174], offset: [-2.1179, -2.0357, -1.8044])
    #expect(
      try Preprocessing(normalization: imagenet).description(for: float).hasSuffix(
        "float32 from (-2.1179, -2.0357, -1.8044) to (2.2426, 2.4268, 2.6326)"))
  }
}
