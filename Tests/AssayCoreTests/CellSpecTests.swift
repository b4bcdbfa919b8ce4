import AssayCore
import Foundation
import Testing

@Suite("A cell is one value")
struct CellSpecTests {
  /// A spec with a value for every field.
  static func full(_ measure: Measure) -> CellSpec {
    CellSpec(
      model: ModelReference(
        path: "models/net \"1\".onnx", format: .onnx, sha256: "ab", bytes: 10, signature: "serving_default"),
      target: Target(engine: "onnxruntime", device: "cuda:0"), engineLibrary: "/opt/libonnxruntime.so",
      options: CellOptions(
        threads: 4, batch: 8, shapes: ["": [1, 3], "ids": [8, 128]], seed: .max, allowFallback: true, timeLimit: 2.5),
      measure: measure)
  }

  static let images = {
    var source = DatasetSource(folder: "images", groundTruth: "val.txt", labels: "labels.txt", labelReading: .name)
    source.folder += "/validation"
    var set = ImageSet(source, sampling: Sampling(.ratio(0.25), seed: 7))
    set.preprocessing.filter = .bicubic
    set.preprocessing.numbers = .range(low: -1, high: 1)
    return set
  }()

  static let measures: [Measure] = {
    var rule = RepetitionRule.exactly(500)
    rule.warmUpCount = 5
    rule.warmUpSeconds = 0.25
    var accuracy = AccuracyMeasure(images: images)
    accuracy.timing = .overlapped
    accuracy.ranks = [1, 3]
    accuracy.labelOffset = -1
    accuracy.isStrict = true
    accuracy.warmUp = rule
    var counted = AccuracyMeasure(images: ImageSet(folder: "images"))
    counted.images.sampling = Sampling(.count(100), seed: 1)
    return [
      .latency(RepetitionRule()), .latency(rule), .accuracy(accuracy), .accuracy(counted),
      .accuracy(AccuracyMeasure(images: ImageSet(folder: "images"))), .stress(StressMeasure(rule: rule)),
      .stress(
        StressMeasure(rule: rule, images: images, telemetryInterval: 0.1, sensorRoot: "/recorded", discardAbove: 5)),
    ]
  }()

  @Test("It is the same after JSON, whatever is measured", arguments: measures)
  func roundTrip(measure: Measure) throws {
    let plain = CellSpec(
      model: ModelReference(path: "net.tflite"), target: Target(engine: "litert"), options: CellOptions(threads: 1),
      measure: measure)
    for spec in [plain, Self.full(measure)] {
      let data = try JSONEncoder().encode(spec)
      #expect(
        try JSONDecoder().decode(CellSpec.self, from: data) == spec, "\(String(decoding: data, as: UTF8.self))")
    }
  }

  @Test("Its JSON leaves out defaults, and names the inputs beside the options")
  func shape() throws {
    let spec = CellSpec(
      model: ModelReference(path: "net.tflite", format: .tflite), target: Target(engine: "litert"),
      options: CellOptions(threads: 2), measure: .latency(.exactly(9)))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    #expect(
      String(decoding: try encoder.encode(spec), as: UTF8.self) == """
        {"measure":{"kind":"bench","rule":{"min_count":9,"min_s":0,"warm_up_count":3,"warm_up_s":0.5}},\
        "model":{"format":"tflite","path":"net.tflite"},"options":{"inputs":"random","seed":1,"threads":2},\
        "target":"litert"}
        """)
    #expect(Self.full(Self.measures[2]).inputs == "images/validation")
  }

  @Test("Every path in it can be resolved")
  func paths() {
    var spec = Self.full(Self.measures[2])
    spec.resolvePaths { "/at/\($0)" }
    let source = spec.measure.images?.source
    #expect(spec.model.path == "/at/models/net \"1\".onnx" && spec.engineLibrary == "/at//opt/libonnxruntime.so")
    #expect(source?.folder == "/at/images/validation" && source?.groundTruth == "/at/val.txt")
    #expect(source?.labels == "/at/labels.txt")
  }

  @Test("Of a rule, what was measured before is no longer left to do")
  func remaining() {
    var rule = RepetitionRule.exactly(500)
    #expect(rule.remaining(after: ResumePoint(count: 200, nanoseconds: 1)).minimumCount == 300)
    #expect(rule.remaining(after: ResumePoint(count: 500, nanoseconds: 1)).isFulfilled)
    rule = RepetitionRule()
    rule.minimumSeconds = 60
    rule.maximumSeconds = 60
    let rest = rule.remaining(after: ResumePoint(count: 10_000, nanoseconds: 45_000_000_000))
    #expect(rest.minimumSeconds == 15 && rest.maximumSeconds == 15 && !rest.isFulfilled)
    #expect(rule.remaining(after: ResumePoint(count: 1, nanoseconds: 60_000_000_000)).isFulfilled)
  }
}
