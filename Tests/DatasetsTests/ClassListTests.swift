import AssayCore
import Datasets
import Testing

@Suite("A list of class names")
struct ClassListTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.touch("n00000002/a.jpg", "n00000001/b.jpg")
  }

  private func list(_ text: String) throws -> ClassList {
    try ClassList(readingFrom: folder.write(text, to: "labels.txt"))
  }

  private func labels(_ list: String, _ reading: LabelReading? = nil) throws -> [String] {
    let path = try folder.write(list, to: "labels.txt")
    return try folder.labels(DatasetSource(folder: folder.path, labels: path, labelReading: reading))
  }

  private func refusal(_ list: String, _ reading: LabelReading? = nil) -> String? {
    #expect(throws: AssayError.self) { try labels(list, reading) }?.message.replacing(folder.path, with: "@")
  }

  @Test("A synset at the start of a line names the class of a folder")
  func synsets() throws {
    #expect(
      try labels("n00000002 tench, Tinca tinca\r\nn00000001 goldfish\r\n") == [
        "0 n00000002/a.jpg", "1 n00000001/b.jpg",
      ])
    #expect(try labels("\u{FEFF}n00000002\nn00000001") == ["0 n00000002/a.jpg", "1 n00000001/b.jpg"])
  }

  @Test("The first synonym names the class, and any synonym stands for it")
  func synonyms() throws {
    let text = "n00000002 tench, Tinca tinca\nn00000001 goldfish, Carassius auratus\n"
    #expect(try list(text).names == ["tench", "goldfish"])
    let named = try TemporaryFolder()
    try named.touch("Tinca tinca/a.jpg", "goldfish/b.jpg")
    let path = try named.write(text, to: "labels.txt")
    #expect(
      try named.labels(DatasetSource(folder: named.path, labels: path)) == ["0 Tinca tinca/a.jpg", "1 goldfish/b.jpg"])
  }

  @Test("A text that is the whole name of one class and a synonym of another stands for the first")
  func distances() throws {
    let named = try TemporaryFolder()
    try named.touch("maillot/a.jpg", "tank suit/b.jpg")
    let path = try named.write("maillot, tank suit\nmaillot\n", to: "labels.txt")
    #expect(
      try named.labels(DatasetSource(folder: named.path, labels: path)) == ["0 tank suit/b.jpg", "1 maillot/a.jpg"])
  }

  @Test("Folders whose names are not in the list are ranked, where there are as many as classes")
  func ranked() throws {
    #expect(try labels("tench\ngoldfish\n") == ["0 n00000001/b.jpg", "1 n00000002/a.jpg"])
    #expect(refusal("tench\n")?.contains("2 class folders; none of their names (such as n00000001)") == true)
  }

  @Test("A folder that is not in the list, though others are, is named")
  func missing() throws {
    #expect(
      refusal("n00000001\nother\n")
        == "The image folder @: the label 'n00000002' is neither a number nor a class of @/labels.txt.")
  }

  @Test("Numbers that are class names of other places are an error that shows both, until one is chosen")
  func twoReadings() throws {
    let digits = try TemporaryFolder()
    try digits.touch("1/a.jpg", "0/b.jpg")
    let list = try digits.write("1\n0\n", to: "labels.txt")
    var source = DatasetSource(folder: digits.path, labels: list)
    let error = #expect(throws: AssayError.self) { try digits.labels(source) }
    #expect(error?.message.contains("'0' is class 0 by its number and class 1 by its name") == true)
    #expect(error?.advice?.contains("--labels-as index or --labels-as name") == true)
    source.labelReading = .index
    #expect(try digits.labels(source) == ["0 0/b.jpg", "1 1/a.jpg"])
    source.labelReading = .name
    #expect(try digits.labels(source) == ["0 1/a.jpg", "1 0/b.jpg"])
  }

  @Test("The first of 1001 lines is left out where it is a background class")
  func background() throws {
    let names = (0..<1000).map { "class \($0)" }
    for first in ["background", "dummy", "Background"] {
      let list = try list(([first] + names).joined(separator: "\n"))
      #expect(list.hasBackground && list.names == names)
    }
    #expect(try !list((["tench"] + names).joined(separator: "\n")).hasBackground)
    #expect(try list("background\ntench\n").names == ["background", "tench"])
  }

  @Test("Lines that begin with their own number lose it")
  func numbered() throws {
    #expect(try list("0  background\n1: tench\n2,eel").names == ["background", "tench", "eel"])
    #expect(try list("0 a\n2 b").names == ["0 a", "2 b"])
    #expect(try list("0\n1").names == ["0", "1"])
  }

  @Test("A name of two classes is refused where it is used, and there alone")
  func double() throws {
    #expect(try list("crane\ncrane").names.count == 2)
    #expect(refusal("n00000001\nn00000002\nn00000001")?.contains("for class 0 and for class 2") == true)
  }

  @Test("A file that is no list of names is refused with the line")
  func unusable() throws {
    #expect(refusal("")?.hasSuffix("is empty; a labels file has one class name per line.") == true)
    #expect(refusal("a\n\nb\n") == "@/labels.txt:2 is empty, though lines follow.")
    #expect(refusal("a\n \nb\n") == "@/labels.txt:2 names no class.")
    #expect(refusal("a\nb\u{0}\n") == "@/labels.txt:2 has control characters in it.")
    #expect(refusal(String(repeating: "x", count: 70_000)) == "@/labels.txt:1 is longer than 65536 bytes.")
    #expect(refusal(String(repeating: "x\n", count: 1_000_002))?.contains("more than 1000000 lines") == true)
    let missing = #expect(throws: AssayError.self) { try ClassList(readingFrom: folder.path + "/none") }
    #expect(missing?.message.hasSuffix("none cannot be read: No such file or directory.") == true)
    let special = #expect(throws: AssayError.self) { try ClassList(readingFrom: "/dev/zero") }
    #expect(special?.message.contains("is not a regular file") == true)
  }
}
