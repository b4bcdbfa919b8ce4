import AssayCore
import Foundation
import Predictions
import Testing

@Suite("Predictions are written and read again")
struct PredictionFileTests {
  private func path() -> String {
    FileManager.default.temporaryDirectory.appending(path: "assay-predictions-\(UUID().uuidString).csv").path
  }

  @Test("Names with commas and quotes, images that could not be read, fewer classes than asked for")
  func roundTrip() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let writer = try PredictionWriter(creating: path, k: 3)
      writer.write(image: "a,\"b\".png", label: 4, rank: 1, classes: [4, -1, 2], scores: [0.5, 3, -128])
      writer.write(image: "broken.jpg", label: 7)
      writer.write(image: "two", label: 0, rank: 0, classes: [1, 0], scores: [2, .nan])
      writer.write(image: "tie", label: 2, rank: 2, classes: [2, 1], scores: [3, 3])
      try writer.flush()
    }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text == """
        image,label,top1,top2,top3,score1,score2,score3,rank
        "a,""b"".png",4,4,-1,2,0.5,3,-128,1
        broken.jpg,7,,,,,,,
        two,0,1,0,,2,,,0
        tie,2,2,1,,3,3,,2

        """)
    var reader = try PredictionReader(opening: path)
    var rows: [PredictionReader.Row] = []
    while let row = try reader.next() { rows.append(row) }
    #expect(rows.map(\.image) == ["a,\"b\".png", "broken.jpg", "two", "tie"])
    #expect(rows.map(\.label) == [4, 7, 0, 2])
    #expect(rows.map(\.classes) == [[4, -1, 2], [], [1, 0], [2, 1]])
    #expect(rows.map { $0.isRight(within: 1) } == [true, false, false, false])
    #expect(rows.map { $0.isRight(within: 2) } == [true, false, false, true])
  }

  @Test("Files of an Assay before ranks are read by their classes")
  func withoutRanks() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("image,label,top1,top2,score1,score2\nx,3,4,3,2,1\n".utf8).write(to: URL(filePath: path))
    var reader = try PredictionReader(opening: path)
    let row = try #require(try reader.next())
    #expect(!row.isRight(within: 1) && row.isRight(within: 2))
  }

  @Test("What is no file of predictions is refused")
  func foreign() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    for text in ["", "name,label\nx,3\n", "image,label,top1,top2,score1\n"] {
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(throws: AssayError.self) { _ = try PredictionReader(opening: path) }
    }
    try Data("image,label,top1,score1\nx,not a number,3,4\n".utf8).write(to: URL(filePath: path))
    var reader = try PredictionReader(opening: path)
    #expect(throws: AssayError.self) { _ = try reader.next() }
  }
}
