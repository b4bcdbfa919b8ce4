import AssayCore
import Classification
import Testing

@Suite("The classes with the highest scores")
struct TopKTests {
  private static func indices<Score>(_ k: Int, _ type: DataType, _ scores: [Score]) throws -> [Int] {
    let top = try TopK(k, of: TensorSpec(name: "scores", type: type, shape: [1, scores.count]))
    return scores.withUnsafeBytes { top.indices(in: $0) }
  }

  @Test("The highest comes first, and of equals the lower index")
  func order() throws {
    #expect(try Self.indices(3, .uint8, [5, 200, 7, 200, 7] as [UInt8]) == [1, 3, 2])
  }

  @Test("Every type of number is compared as itself")
  func types() throws {
    #expect(try Self.indices(3, .int8, [-128, 127, 0, -1] as [Int8]) == [1, 2, 3])
    #expect(try Self.indices(3, .int16, [-300, 300, 0, -1] as [Int16]) == [1, 2, 3])
    #expect(try Self.indices(3, .int32, [-70000, 70000, 0, -1] as [Int32]) == [1, 2, 3])
    #expect(try Self.indices(3, .int64, [.min, .max, 0, .max - 1] as [Int64]) == [1, 3, 2])
    #expect(try Self.indices(3, .uint16, [1, 65535, 300, 255] as [UInt16]) == [1, 2, 3])
    #expect(try Self.indices(3, .uint32, [1, .max, 70000, 255] as [UInt32]) == [1, 2, 3])
    #expect(try Self.indices(3, .uint64, [1, .max, 70000, 255] as [UInt64]) == [1, 2, 3])
    #expect(try Self.indices(3, .float16, [-1.5, 2, 0.25, 0.125] as [Float16]) == [1, 2, 3])
    #expect(try Self.indices(3, .float32, [-1.5, 2, 0.25, 0.125] as [Float]) == [1, 2, 3])
    #expect(try Self.indices(3, .float64, [-1.5, 2, 0.25, 0.125]) == [1, 2, 3])
  }

  @Test("What is not a number comes last, after the lowest of numbers")
  func notANumber() throws {
    #expect(try Self.indices(5, .float32, [.nan, -.infinity, .nan, 1, .infinity] as [Float]) == [4, 3, 1, 0, 2])
  }

  private static func standing<Score>(
    of index: Int, _ type: DataType, _ scores: [Score]
  ) throws -> (ahead: Int?, flaw: ScoreFlaw?) {
    let top = try TopK(1, of: TensorSpec(name: "scores", type: type, shape: [1, scores.count]))
    return scores.withUnsafeBytes { top.standing(of: index, in: $0) }
  }

  @Test("A class stands behind all others with at least its score: a tie counts against it")
  func standing() throws {
    #expect(try Self.standing(of: 1, .uint8, [5, 200, 7, 200, 7] as [UInt8]) == (1, nil))
    #expect(try Self.standing(of: 3, .uint8, [5, 200, 7, 200, 7] as [UInt8]) == (1, nil))
    #expect(try Self.standing(of: 0, .float32, [0.9, 0.1, 0.2] as [Float]) == (0, nil))
    #expect(try Self.standing(of: 1, .float32, [0.9, 0.1, 0.2] as [Float]) == (2, nil))
  }

  @Test("NaN, infinite and equal scores are no ranking")
  func flaws() throws {
    #expect(try Self.standing(of: 0, .float32, [1, .nan, 0] as [Float]) == (nil, .notANumber))
    #expect(try Self.standing(of: 0, .float16, [.infinity, 1, 0] as [Float16]) == (nil, .infinite))
    #expect(try Self.standing(of: 0, .float64, [1, 0, -.infinity] as [Double]) == (nil, .infinite))
    #expect(try Self.standing(of: 0, .int8, [7, 7, 7] as [Int8]) == (nil, .constant))
  }

  @Test("Fewer classes than asked for are all given")
  func few() throws {
    #expect(try Self.indices(5, .float32, [1, 3, 2] as [Float]) == [1, 2, 0])
  }

  @Test("The result is that of a stable sort, on seeded scores with many ties")
  func stableSort() throws {
    var state: UInt32 = 1
    let scores = (0..<1000).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 27)
    }
    let sorted = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    #expect(try Self.indices(50, .uint8, scores) == Array(sorted.prefix(50)))
  }

  @Test(
    "A background class comes first among 1001 outputs, and only there", arguments: [(1001, 1), (1000, 0), (10, 0)])
  func background(classes: Int, offset: Int) throws {
    let top = try TopK(5, of: TensorSpec(name: "scores", type: .float32, shape: [1, classes]))
    #expect(top.backgroundClassOffset == offset)
  }

  @Test(
    "Scores may stand along any one dimension", arguments: [[1000], [1, 1000], [1, 1, 1, 1000], [1, 1000, 1, 1]])
  func shapes(shape: [Int]) throws {
    #expect(try TopK(5, of: TensorSpec(name: "scores", type: .float32, shape: shape)).classCount == 1000)
  }

  @Test(
    "An output that is no vector of scores is an error that names its shape",
    arguments: [[], [1], [1, 17, 3], [2, 1000]])
  func notScores(shape: [Int]) {
    let error = #expect(throws: AssayError.self) {
      try TopK(5, of: TensorSpec(name: "pose", type: .float32, shape: shape))
    }
    #expect(error?.code == .badData)
    #expect(error?.message == "Output 'pose' (float32, shape \(shape)) is not one score per class.")
  }
}
