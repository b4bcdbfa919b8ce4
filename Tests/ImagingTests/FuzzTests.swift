import Foundation
import Fuzzing
import Testing

@Suite("Damaged files never crash their readers")
struct FuzzTests {
  /// `fuzz decoders` tries many more.
  @Test("A few thousand damaged images and models are decoded in full or refused by name")
  func decoders() throws {
    let images = try ["decoded", "oriented"].flatMap { folder in
      try Fixtures.names(in: folder, suffixes: ["jpg", "png"]).map { try Fixtures.bytes("\(folder)/\($0)") }
    }
    let models = try ["one", "three", "none"].map {
      try [UInt8](Data(contentsOf: Fixtures.packageRoot.appending(path: "Tests/Fixtures/Metadata/\($0).tflite")))
    }
    var fuzzer = try DecoderFuzzer(images: images, models: models, seed: 7)
    fuzzer.run(0..<4000)
    let totals = fuzzer.totals
    #expect(totals.failures == [])
    #expect(totals.images == 3500 && totals.models == 500)
    // Some pass and some fail, so the damage gets past the first checks.
    #expect((100..<3400).contains(totals.decoded) && (10..<490).contains(totals.modelsWithNumbers), "\(totals)")
  }
}
