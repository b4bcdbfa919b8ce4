import AssayCore
import Foundation
import Imaging
import Testing

@Suite("A choice of preprocessing is resolved against the input and summarised in one line")
struct PreprocessingTests {
  private static func input(
    _ type: DataType = .uint8, _ shape: [Int] = [1, 224, 224, 3], _ quantization: Quantization? = nil
  ) -> TensorSpec {
    TensorSpec(name: "image", type: type, shape: shape, quantization: quantization)
  }

  private static func description(
    _ input: TensorSpec, metadata: InputMetadata? = nil, _ change: (inout PreprocessingChoice) -> Void = { _ in }
  ) throws -> String {
    try Preprocessing(PreprocessingChoice(change), input: input, metadata: metadata).description
  }

  private static func error(
    _ input: TensorSpec, _ change: (inout PreprocessingChoice) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> AssayError {
    try #require(throws: AssayError.self, sourceLocation: sourceLocation) { try description(input, change) }
  }

  @Test("The summary spells out what a preset implies")
  func presets() throws {
    let raw = Self.input()
    #expect(
      try Self.description(raw)
        == "imagenet-center: shorter side to 256, centre crop 224, bilinear antialiased, RGB, NHWC, raw uint8, EXIF orientation ignored"
    )
    let float = Self.input(.float32, [1, 3, 192, 256])
    #expect(
      try Self.description(float) { $0.preset = .squash }
        == "squash: squashed to 256 × 192, bilinear antialiased, RGB, NCHW, float32 from -1 to 1 (default for floats), EXIF orientation ignored"
    )
    let grey = Self.input(.int8, [1, 8, 8, 1])
    #expect(
      try Self.description(grey) {
        $0.preset = .inception
        $0.filter = .nearest
        $0.appliesOrientation = true
      }
        == "inception: central 87.5 %, squashed to 8 × 8, nearest, luminance, NHWC, raw int8 (pixel - 128), EXIF orientation applied"
    )
  }

  @Test("The summary shows requested sizes")
  func sizes() throws {
    let square = Self.input()
    #expect(
      try Self.description(square) { $0.resize = .shorterSide(232) }.contains("shorter side to 232, centre crop 224,"))
    #expect(try Self.description(square) { $0.crop = .fraction(1) }.contains("shorter side to 224, centre crop 224,"))
    let oblong = Self.input(.uint8, [1, 192, 256, 3])
    #expect(try Self.description(oblong).contains("in proportion to cover 293 × 219, centre crop 256 × 192,"))
    #expect(
      try Self.description(oblong) { $0.resize = .exactly(width: 300, height: 200) }.contains(
        "squashed to 300 × 200, centre crop 256 × 192,"))
  }

  @Test(
    "Means and deviations are on a scale of 0 to 1 if none exceeds 1, otherwise of 0 to 255",
    arguments: [
      ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225], "from (-2.1179, -2.0357, -1.8044) to (2.2489, 2.4286, 2.64)"),
      ([123.68, 116.78, 103.94], nil, "from (-123.68, -116.78, -103.94) to (131.32, 138.22, 151.06)"),
      ([127.5], [127.5], "from -1 to 1"),
      ([0.5], [0.5], "from -1 to 1"),
      (nil, [255], "from 0 to 1"),
    ] as [([Double]?, [Double]?, String)])
  func units(mean: [Double]?, deviation: [Double]?, range: String) throws {
    let description = try Self.description(Self.input(.float32)) {
      $0.numbers = .standardized(mean: mean, deviation: deviation)
    }
    #expect(description.contains(", float32 \(range), EXIF"), "\(description)")
  }

  @Test("By default the normalisation comes from the model's metadata, and the summary says so")
  func metadata() throws {
    let metadata = try #require(try InputMetadata.fixture("three"))
    let float = Self.input(.float32)
    let expected =
      "float32 from (-2.1179, -2.0357, -1.8044) to (2.2489, 2.4286, 2.64) (mean (123.675, 116.28, 103.53), deviation (58.395, 57.12, 57.375) from the model's metadata)"
    #expect(try Self.description(float, metadata: metadata).contains(expected))
    #expect(
      try Self.description(float, metadata: metadata) { $0.numbers = .range(low: 0, high: 1) }.contains(
        ", float32 from 0 to 1, "))
  }

  @Test("An 8-bit input gets raw pixels if the metadata gives the same within one level")
  func metadataOfBytes() throws {
    let metadata = try #require(try InputMetadata.fixture("one"))
    let mobileNet = Self.input(.uint8, [1, 224, 224, 3], Quantization(scale: 1 / 128, zeroPoint: 128))
    #expect(
      try Self.description(mobileNet, metadata: metadata).contains(
        ", raw uint8 (mean 127.5, deviation 127.5 from the model's metadata are equivalent), "))
    let other = Self.input(.int8, [1, 224, 224, 3], Quantization(scale: 1 / 64, zeroPoint: 0))
    #expect(
      try Self.description(other, metadata: metadata).contains(
        ", int8 from -1 to 1 (mean 127.5, deviation 127.5 from the model's metadata), "))
  }

  @Test(
    "A shape that can be read both ways needs --layout", arguments: [[1, 3, 3, 3], [1, 3, 8, 1], [1, 1, 8, 1]])
  func ambiguousLayout(shape: [Int]) throws {
    let input = Self.input(.uint8, shape)
    let error = try Self.error(input) { _ in }
    #expect(error.message.hasSuffix("which can be read with its channels last or first."))
    #expect(error.advice == "Give --layout nhwc or --layout nchw.")
    for layout in PreprocessingChoice.Layout.allCases {
      let description = try Self.description(input) {
        $0.preset = .squash
        $0.layout = layout
      }
      #expect(description.contains(", \(layout.rawValue.uppercased()), "))
    }
  }

  @Test("A choice that does not suit the input is an error that says why")
  func refusals() throws {
    let input = Self.input()
    #expect(
      try Self.error(input) { $0.layout = .nchw }.message
        == "Input 'image' has the shape [1, 224, 224, 3], which is nhwc, not nchw.")
    #expect(
      try Self.error(input) { $0.resize = .shorterSide(200) }.message
        == "Images resized to 200 × 200 pixels do not fill the input of 224 × 224.")
    #expect(
      try Self.error(input) { $0.crop = .exactly(width: 192, height: 192) }.message
        == "The crop is 192 × 192; the model's input is 224 × 224 pixels.")
    let grey = Self.input(.uint8, [1, 28, 28, 1])
    #expect(
      try Self.error(grey) { $0.channels = .bgr }.message
        == "Input 'image' takes one channel; --channels bgr needs three.")
    #expect(
      try Self.error(grey) { $0.numbers = .standardized(mean: [100, 110, 120], deviation: nil) }.message
        == "Input 'image' takes one channel; three means or deviations are given.")
  }

  @Test("A choice that contradicts itself is a usage error", arguments: contradictoryChoices)
  func contradiction(choice: PreprocessingChoice) {
    #expect(throws: AssayError.self) { try choice.check() }
    let error = #expect(throws: AssayError.self) { try Preprocessing(choice, input: Self.input()) }
    #expect(error?.code == .usage)
  }

  static let contradictoryChoices: [PreprocessingChoice] = [
    .init {
      $0.resize = .shorterSide(256)
      $0.crop = .fraction(0.875)
    },
    .init {
      $0.preset = .squash
      $0.resize = .shorterSide(256)
    },
    .init {
      $0.preset = .inception
      $0.resize = .shorterSide(256)
    },
    .init {
      $0.preset = .squash
      $0.crop = .fraction(0.5)
    },
    .init {
      $0.preset = .inception
      $0.crop = .exactly(width: 224, height: 224)
    },
    .init { $0.crop = .fraction(0) },
    .init { $0.crop = .fraction(.nan) },
    .init { $0.resize = .shorterSide(0) },
    .init { $0.resize = .exactly(width: 1 << 40, height: 1) },
    .init { $0.numbers = .range(low: 1, high: 1) },
    .init { $0.numbers = .range(low: 0, high: .infinity) },
    .init { $0.numbers = .standardized(mean: [0], deviation: [1]) },
    .init { $0.numbers = .standardized(mean: [1, 2], deviation: nil) },
    .init { $0.numbers = .standardized(mean: [100], deviation: [0]) },
    .init { $0.numbers = .standardized(mean: [.nan], deviation: nil) },
  ]
}

@Suite("A model's metadata is read, and refused if it makes no sense")
struct InputMetadataTests {
  @Test("Metadata has one number, three, or none")
  func fixtures() throws {
    let one = try #require(try InputMetadata.fixture("one")?.numbers)
    #expect(one.mean == [127.5] && one.deviation == [127.5])
    let three = try #require(try InputMetadata.fixture("three")?.numbers)
    #expect(three.mean.map { Float($0) } == [123.675, 116.28, 103.53])
    #expect(three.deviation.map { Float($0) } == [58.395, 57.12, 57.375])
    #expect(try InputMetadata.fixture("none") == nil)
  }

  @Test("A deviation of zero and two means are errors", arguments: ["zero-deviation", "two-means"])
  func damaged(name: String) {
    let error = #expect(throws: AssayError.self) { try InputMetadata.fixture(name) }
    #expect(error?.code == .badModel)
    #expect(error?.message == "The metadata of \(name) is damaged: its normalisation cannot be read.")
  }

  @Test("Only TFLite files are read for metadata")
  func files() throws {
    let path = InputMetadata.fixturePath("one")
    #expect(try InputMetadata.read(fromModel: path, format: .tflite)?.numbers?.mean == [127.5])
    #expect(try InputMetadata.read(fromModel: path, format: .onnx) == nil)
    let error = #expect(throws: AssayError.self) {
      try InputMetadata.read(fromModel: "/nowhere/model.tflite", format: .tflite)
    }
    #expect(error?.code == .badModel)
  }

  @Test("A truncated file never crashes the reader")
  func truncated() throws {
    let bytes = try Data(contentsOf: URL(filePath: InputMetadata.fixturePath("three")))
    for count in 0..<bytes.count {
      _ = try? [UInt8](bytes.prefix(count)).withUnsafeBytes { try InputMetadata(model: $0, named: "cut") }
    }
  }

  private static let mobileNet = Fixtures.packageRoot.appending(
    path: "../shared/data/models/mobilenet_v2_1.0_224_quant.tflite")

  @Test(
    "A published MobileNet has metadata",
    .enabled(if: FileManager.default.fileExists(atPath: mobileNet.path), "../shared/data/models is not there"))
  func published() throws {
    let metadata = try InputMetadata.read(fromModel: Self.mobileNet.path, format: .tflite)
    #expect(metadata?.numbers?.mean == [127.5] && metadata?.numbers?.deviation == [127.5])
  }
}

extension InputMetadata {
  static func fixturePath(_ name: String) -> String {
    Fixtures.packageRoot.appending(path: "Tests/Fixtures/Metadata/\(name).tflite").path
  }

  /// The metadata of a file in Tests/Fixtures/Metadata.
  static func fixture(_ name: String) throws -> InputMetadata? {
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: fixturePath(name))))
    return try bytes.withUnsafeBytes { try InputMetadata(model: $0, named: name) }
  }
}
