import AssayCore
import Testing

@testable import Imaging

@Suite("The metadata of an ONNX model says how images are prepared")
struct ONNXMetadataTests {
  private static let input = TensorSpec(name: "image", type: .float32, shape: [1, 3, 224, 224])

  /// A model with nothing but metadata.
  private func metadata(_ entries: KeyValuePairs<String, String>) throws -> InputMetadata? {
    func text(_ field: UInt8, _ text: String) -> [UInt8] {
      [field << 3 | 2, UInt8(text.utf8.count)] + Array(text.utf8)
    }
    let bytes = entries.flatMap { key, value in
      let entry = text(1, key) + text(2, value)
      return [14 << 3 | 2, UInt8(entry.count)] + entry
    }
    return try bytes.withUnsafeBytes { try InputMetadata.read(onnx: $0, named: "net.onnx") }
  }

  private func description(
    _ entries: KeyValuePairs<String, String>, _ choice: PreprocessingChoice = PreprocessingChoice()
  ) throws -> String {
    try Preprocessing(choice, input: Self.input, metadata: metadata(entries)).description
  }

  @Test("It is used, and the description says so")
  func used() throws {
    #expect(
      try description([
        "assay.preprocessing": "inception", "assay.filter": "bicubic", "assay.mean": "127", "assay.std": "128",
      ])
        == "inception: central 87.5 %, squashed to 224 × 224, bicubic antialiased, RGB, NCHW, float32 from -0.9922 to 1 (mean 127, deviation 128 from the model's metadata), EXIF orientation ignored; size and filter from the model's metadata"
    )
  }

  @Test("What the user gives wins, also where it is the default")
  func overridden() throws {
    var choice = PreprocessingChoice()
    choice.choose(.imagenetCenter)
    choice.filter = .box
    choice.numbers = .range(low: 0, high: 1)
    let found = try description(
      ["assay.preprocessing": "squash", "assay.filter": "bicubic", "assay.mean": "127", "assay.std": "128"], choice)
    #expect(found.hasPrefix("imagenet-center: shorter side to 256, centre crop 224, box antialiased"), "\(found)")
    #expect(found.contains("float32 from 0 to 1") && !found.contains("metadata"), "\(found)")
  }

  @Test("Means and ranges in either unit are the same numbers")
  func units() throws {
    let expected = try metadata(["assay.range": "-1,1"])?.numbers
    #expect(expected == .init(mean: [127.5], deviation: [127.5]))
    #expect(try metadata(["assay.mean": "0.5", "assay.std": "0.5"])?.numbers == expected)
    let three = try #require(
      try metadata(["assay.mean": "0.485,0.456,0.406", "assay.std": "0.229,0.224,0.225"])?.numbers)
    #expect(three.mean.map { ($0 * 1000).rounded() } == [123_675, 116_280, 103_530])
  }

  @Test("A choice that is completed by it prepares images of a model without metadata the same way")
  func completing() throws {
    let found = try #require(
      try metadata([
        "assay.preprocessing": "inception", "assay.filter": "bicubic", "assay.mean": "127", "assay.std": "128",
      ]))
    let choice = found.completing(PreprocessingChoice())
    #expect(choice.preset == .inception && choice.filter == .bicubic)
    #expect(choice.numbers == .range(low: -127.0 / 128, high: 1))
    var own = PreprocessingChoice()
    own.numbers = .range(low: 0, high: 1)
    #expect(found.completing(own).numbers == own.numbers)
    let three = try #require(try metadata(["assay.mean": "0.485,0.456,0.406", "assay.std": "0.229,0.224,0.225"]))
    guard case .standardized(let mean, let deviation) = three.completing(PreprocessingChoice()).numbers else {
      Issue.record("three means and deviations are no range")
      return
    }
    #expect(mean == three.numbers?.mean && deviation == three.numbers?.deviation)
  }

  @Test("The keys that ONNX itself defines are read too")
  func standard() throws {
    let found = try #require(
      try metadata(["Image.BitmapPixelFormat": "Bgr8", "Image.NominalPixelRange": "Normalized_0_1"]))
    #expect(found.choice.channels == .bgr)
    #expect(found.numbers == .init(mean: [0], deviation: [255]))
    #expect(try metadata(["author": "me"]) == nil)
  }

  @Test("A range that is too large for numbers is refused")
  func tooLarge() {
    #expect(throws: AssayError.self) { try metadata(["assay.range": "-1e308,1e308"]) }
  }

  @Test(
    "A value that makes no sense is refused with what it may be",
    arguments: ["filter": "cubic", "mean": "1,2", "std": "0", "range": "1,-1", "crop": "2.5", "preprocessing": "x"])
  func refused(key: String, value: String) {
    let error = #expect(throws: AssayError.self) { try metadata(["assay.\(key)": value]) }
    #expect(error?.code == .badModel)
    #expect(error?.message.hasPrefix("The metadata of net.onnx is damaged: ") == true, "\(String(describing: error))")
  }
}
