import AssayCore
import Datasets
import Testing

@testable import Classification

@Suite("The first images tell what is misread")
struct SelfCheckTests {
  /// A check over images of every class in turn, of which the model's best guess is a function.
  private static func check(classes: Int, images: Int = 120, best: (Int) -> Int) -> SelfCheck {
    var check = SelfCheck()
    for index in 0..<images {
      let label = index * 7 % classes
      check.add(LabelledImage(path: "\(index)", label: label), classes: [best(label), classes], scores: [0.9, 0.1])
    }
    return check
  }

  @Test("Labels that are shifted by one are told with both counts and the flag", arguments: [-1, 1])
  func shift(by shift: Int) throws {
    let check = Self.check(classes: 1000) { $0 + shift }
    let found = try #require(check.labelReading(labelOffset: 1, labels: 0..<1000))
    #expect(found.images == 100)
    #expect(found.correct == 0)
    #expect(found.otherCorrect == 100)
    #expect(found.advice == "give --label-offset \(1 + shift)")
  }

  @Test("Classes in the order of their numbers as text are told")
  func textOrder() throws {
    let order = (0..<1000).map(String.init).sorted()
    let check = Self.check(classes: 1000) { order.firstIndex(of: String($0)) ?? -1 }
    let found = try #require(check.labelReading(labelOffset: 0, labels: 0..<1000))
    #expect(found.advice.contains("--labels"))
    #expect(found.otherCorrect == 100)
  }

  @Test("A model that is right raises nothing, and neither does one that is right by chance only")
  func nothing() throws {
    #expect(Self.check(classes: 1000) { $0 }.labelReading(labelOffset: 0, labels: 0..<1000) == nil)
    let random = Self.check(classes: 10) { ($0 &* 7919) % 10 }
    #expect(random.labelReading(labelOffset: 0, labels: 0..<10)?.otherCorrect ?? 0 < 60)
  }

  @Test("Another way to prepare images is told where it is significantly better, and tried no longer than needed")
  func images() throws {
    // Half of the labels are guessed right as asked for.
    let check = Self.check(classes: 1000) { $0 % 2 == 0 ? $0 : 0 }
    var tried = [0, 0]
    var triedByUseless: [String] = []
    let readings = [
      SelfCheck.ImageReading(reading: "a useless one", advice: "") { image in
        tried[0] += 1
        triedByUseless.append(image.path)
        return -1
      },
      SelfCheck.ImageReading(reading: "the right one", advice: "give --it") { image in
        tried[1] += 1
        return image.label
      },
    ]
    let found = try #require(try check.imageReading(readings))
    #expect(found.reading == "the right one")
    #expect(found.correct == 50)
    #expect(found.otherCorrect == 100)
    #expect(tried == [8, 100])
    #expect(triedByUseless == check.triedByAll.map(\.path), "these are prepared ahead")
  }

  @Test("Where few images are wrong nothing can be better, and nothing is tried")
  func goodModel() throws {
    let check = Self.check(classes: 1000) { $0 % 50 == 0 ? -1 : $0 }
    let reading = SelfCheck.ImageReading(reading: "", advice: "") { _ in
      Issue.record("an image was inferred for nothing")
      return nil
    }
    #expect(try check.imageReading([reading]) == nil)
  }

  @Test("An output that is sorted by score is told")
  func sortedOutput() {
    var check = SelfCheck()
    for index in 0..<20 {
      check.add(LabelledImage(path: "", label: index), classes: [0, 1, 2, 3, 4], scores: [0.5, 0.3, 0.1, 0.06, 0.04])
    }
    #expect(check.sortedOutputWarning != nil)
    #expect(Self.check(classes: 1000) { $0 }.sortedOutputWarning == nil)
  }
}
