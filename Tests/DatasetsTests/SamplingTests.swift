import AssayCore
import Datasets
import Testing

@Suite("A part of a data set")
struct SamplingTests {
  private let folder: TemporaryFolder
  private static let sizes = [40, 20, 10, 5, 5, 1, 1]

  init() throws {
    folder = try TemporaryFolder()
    // Written from the last to the first, so that the order on the disk is not the order of the names.
    for (label, size) in Self.sizes.enumerated().reversed() {
      for image in (0..<size).reversed() { try folder.touch("\(label)/\(image + 100).jpg") }
    }
  }

  private func chosen(_ amount: Sampling.Amount, seed: UInt64 = 1) throws -> [String] {
    try folder.labels(DatasetSource(folder: folder.path), Sampling(amount, seed: seed))
  }

  private func counts(_ lines: [String]) -> [Int] {
    Self.sizes.indices.map { label in lines.count { $0.hasPrefix("\(label) ") } }
  }

  @Test("Every count is exact, and every class within one of its share", arguments: [1, 2, 7, 41, 81, 82])
  func exact(count: Int) throws {
    let lines = try chosen(.count(count))
    #expect(lines.count == count && Set(lines).count == count)
    for (part, size) in zip(counts(lines), Self.sizes) {
      #expect(abs(Double(part) - Double(size * count) / 82) < 1)
    }
  }

  @Test("A ratio is rounded, and never to nothing")
  func ratio() throws {
    #expect(try chosen(.ratio(0.5)).count == 41)
    #expect(try chosen(.ratio(1e-9)).count == 1)
    #expect(try chosen(.ratio(1)) == folder.labels(DatasetSource(folder: folder.path)))
  }

  @Test("Asking for more images than there are uses all, and the description says so")
  func all() throws {
    let summary = try folder.summary(DatasetSource(folder: folder.path), Sampling(.count(1000), seed: 3))
    #expect(summary.description.sample == .init(count: 82, seed: 3))
    #expect(summary.count == 82 && summary.total == 82)
  }

  @Test("The same seed chooses the same images, another others")
  func seeds() throws {
    #expect(try chosen(.count(20)) == chosen(.count(20)))
    #expect(try chosen(.count(20)) != chosen(.count(20), seed: 2))
  }

  @Test("What seed 1 chooses is the same on every machine")
  func pinned() throws {
    // From an independent implementation in Python.
    let expected = [
      "0 0/120.jpg", "0 0/121.jpg", "0 0/125.jpg", "0 0/128.jpg", "1 1/101.jpg", "1 1/119.jpg", "2 2/101.jpg",
      "4 4/103.jpg",
    ]
    #expect(try chosen(.count(8)) == expected)
  }

  @Test("Over many seeds, every image of a class is chosen about as often as another")
  func uniform() throws {
    var hits: [String: Int] = [:]
    for seed in 0..<200 as Range<UInt64> {
      for line in try chosen(.count(41), seed: seed) { hits[line, default: 0] += 1 }
    }
    // 200 draws of one half: five standard deviations are 35. The two classes of one image share a place.
    for label in 0..<5 {
      let ofClass = hits.filter { $0.key.hasPrefix("\(label) ") }
      #expect(ofClass.count == Self.sizes[label])
      #expect(ofClass.values.allSatisfy { abs($0 - 100) <= 35 }, "\(ofClass)")
    }
  }

  @Test("A ground-truth file is sampled by its labels")
  func groundTruth() throws {
    let flat = try TemporaryFolder()
    try flat.touch("a", "b", "c", "d")
    let truth = try flat.write("0\n1\n0\n1\n", to: "truth.txt")
    let lines = try flat.labels(DatasetSource(folder: flat.path, groundTruth: truth), Sampling(.ratio(0.5), seed: 1))
    #expect(lines.map { $0.prefix(1) }.sorted() == ["0", "1"])
  }
}
