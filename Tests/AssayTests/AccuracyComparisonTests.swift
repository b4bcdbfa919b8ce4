import AssayCore
import Foundation
import Predictions
import Statistics
import Testing

@testable import Assay

@Suite("Two cells are compared image by image")
struct AccuracyComparisonTests {
  private typealias Row = (image: String, label: Int, classes: [Int])

  private func tables(_ first: [Row], _ second: [Row], ranks: [Int] = [1], count: Int? = nil) throws -> [PairedOutcomes]
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ rows: [Row], _ name: String) throws -> String {
      let path = folder.appending(path: name).path
      let writer = try PredictionWriter(creating: path, k: 2)
      for row in rows {
        writer.write(image: row.image, label: row.label, classes: row.classes, scores: row.classes.map { _ in 0.5 })
      }
      try writer.flush()
      return path
    }
    return try AccuracyComparison.tables(
      .init(path: try write(first, "a.csv"), count: count), .init(path: try write(second, "b.csv")), ranks: ranks)
  }

  @Test("Rows of the same images in the same order are compared one to one, for every K")
  func aligned() throws {
    let first: [Row] = [("/d/0/a", 0, [0, 1]), ("/d/0/b", 0, [1, 0]), ("/d/1/c", 1, [1, 0]), ("/d/1/d", 1, [0, 2])]
    let second: [Row] = [
      ("/d/0/a", 0, [0, 1]), ("/d/0/b", 0, [0, 1]), ("/d/1/c", 1, [0, 1]), ("/d/1/d", 1, [0, 2]),
    ]
    #expect(
      try tables(first, second, ranks: [1, 2]) == [
        PairedOutcomes(both: 1, onlyA: 1, onlyB: 1, neither: 1),
        PairedOutcomes(both: 3, onlyA: 0, onlyB: 0, neither: 1),
      ])
  }

  @Test("Others are matched by folder and name, wherever the data set lies and whatever the order")
  func byName() throws {
    let first: [Row] = [("/here/0/a,1.png", 0, [0]), ("/here/0/b.png", 0, [1]), ("/here/1/a,1.png", 1, [1])]
    let second: [Row] = [
      ("/there/x/1/a,1.png", 1, [0]), ("/there/x/0/a,1.png", 0, [0]), ("/there/x/0/only.png", 0, [0]),
    ]
    #expect(try tables(first, second) == [PairedOutcomes(both: 1, onlyA: 1, onlyB: 0, neither: 0)])
  }

  @Test("Images that one cell could not read, or that have other labels, do not count")
  func unreadable() throws {
    let first: [Row] = [("/d/0/a", 0, [0]), ("/d/0/b", 0, []), ("/d/0/c", 0, [0])]
    #expect(
      try tables(first, [("/d/0/a", 0, []), ("/d/0/b", 0, [0]), ("/d/0/c", 0, [0])])
        == [PairedOutcomes(both: 1, onlyA: 0, onlyB: 0, neither: 0)])
    #expect(
      try tables(first, [("/e/0/c", 1, [1]), ("/e/0/a", 0, [0])])
        == [PairedOutcomes(both: 1, onlyA: 0, onlyB: 0, neither: 0)])
  }

  @Test("A file with fewer predictions than the run has images is refused, in any order of the images")
  func cut() throws {
    let rows: [Row] = [("/d/0/a", 0, [0]), ("/d/0/b", 0, [0])]
    #expect(try tables(rows, rows, count: 2) == [PairedOutcomes(both: 2, onlyA: 0, onlyB: 0, neither: 0)])
    for other in [rows, rows.reversed()] {
      let error = #expect(throws: AssayError.self) { try tables(rows, other, count: 3) }
      #expect(error?.code == .badData && error?.message.contains("only 2 of 3 predictions") == true, "\(error!)")
    }
  }

  @Test("The first cell is the reference of the others")
  func differences() throws {
    #expect(try AccuracyComparison.differences([], ranks: [1]).isEmpty)
  }
}
