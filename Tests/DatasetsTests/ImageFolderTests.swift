import AssayCore
import Datasets
import Foundation
import Testing

@Suite("A folder of class folders")
struct ImageFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func labels() throws -> [String] {
    try folder.labels(DatasetSource(folder: folder.path))
  }

  private func scanningError(_ path: String? = nil) -> AssayError? {
    #expect(throws: AssayError.self) { try folder.summary(DatasetSource(folder: path ?? folder.path)) }
  }

  @Test("Names that are numbers are the labels, in the order of the numbers")
  func byIndex() throws {
    try folder.touch("10/b.jpg", "2/a.jpg", "10/a.jpg", "0/x.png")
    #expect(try labels() == ["0 0/x.png", "2 2/a.jpg", "10 10/a.jpg", "10 10/b.jpg"])
    let summary = try folder.summary(DatasetSource(folder: folder.path))
    #expect(
      summary.description
        == DatasetDescription(images: 4, labels: .folders(.init(classes: 3, emptyClasses: 0, naming: .index))))
    #expect(summary.namedClasses == nil)
  }

  @Test("Other names are labels by their rank")
  func byName() throws {
    try folder.touch("n02/a.jpg", "n01/c.jpg", "n01/b.jpg", "N03/d.jpg")
    #expect(try labels() == ["0 N03/d.jpg", "1 n01/b.jpg", "1 n01/c.jpg", "2 n02/a.jpg"])
    let summary = try folder.summary(DatasetSource(folder: folder.path))
    #expect(summary.description.labels == .folders(.init(classes: 3, emptyClasses: 0, naming: .rank)))
    #expect(summary.namedClasses == 3)
  }

  @Test("Hidden names and files beside the class folders are ignored")
  func ignored() throws {
    try folder.touch("0/a.jpg", "0/.DS_Store", ".cache/b.jpg", "labels.txt")
    #expect(try labels() == ["0 0/a.jpg"])
  }

  @Test("The images of a class may lie in a folder images, as in Tiny ImageNet")
  func tinyImageNet() throws {
    try folder.touch(
      "n01443537/images/n01443537_0.JPEG", "n01443537/n01443537_boxes.txt", "n01629819/images/n01629819_0.JPEG",
      "n01629819/n01629819_boxes.txt")
    #expect(
      try labels() == [
        "0 n01443537/images/n01443537_0.JPEG", "1 n01629819/images/n01629819_0.JPEG",
      ])
  }

  @Test("An empty class keeps its rank")
  func emptyClass() throws {
    try folder.touch("a/.keep", "b/x.jpg")
    #expect(try labels() == ["1 b/x.jpg"])
  }

  @Test("Links are followed, and a loop of them ends")
  func links() throws {
    try folder.touch("cat/a.jpg")
    try folder.link("dog", to: "cat")
    try folder.link("cat/loop", to: "..")
    try folder.link("self", to: "self")
    #expect(try labels() == ["0 cat/a.jpg", "0 cat/loop", "1 dog/a.jpg", "1 dog/loop"])
  }

  @Test("A trailing slash changes nothing")
  func trailingSlash() throws {
    try folder.touch("0/a.jpg")
    #expect(
      try folder.summary(DatasetSource(folder: folder.path + "/")) == folder.summary(DatasetSource(folder: folder.path))
    )
  }

  @Test("A missing folder, a file, an empty folder, and one without classes or images each say what is wrong")
  func unusable() throws {
    #expect(scanningError()?.message == "The image folder \(folder.path) has no folders in it.")
    let missing = folder.path + "/none"
    #expect(scanningError(missing)?.message == "The image folder \(missing) cannot be read: No such file or directory.")
    try folder.touch("file.jpg")
    let file = folder.path + "/file.jpg"
    #expect(scanningError(file)?.message == "The image folder \(file) is a file.")
    #expect(
      scanningError()?.message == "The image folder \(folder.path) has images (such as file.jpg) but no class folders.")
    try FileManager.default.removeItem(atPath: file)
    try folder.touch("0/.hidden")
    let error = scanningError()
    #expect(error?.message == "The image folder \(folder.path) has class folders but no images in them.")
    #expect(error?.code == .badData)
    #expect(error?.advice?.contains("folder of class folders") == true)
  }

  @Test("Numbers and other names together are an error that shows both")
  func mixed() throws {
    try folder.touch("7/a.jpg", "cat/a.jpg")
    #expect(scanningError()?.message.hasSuffix("both with a number for a name (7) and without (cat).") == true)
  }

  @Test("Two folders of one number are an error that shows both")
  func repeated() throws {
    try folder.touch("1/a.jpg", "01/a.jpg")
    #expect(scanningError()?.message.hasSuffix("has two folders for class 1 (01 and 1).") == true)
  }

  @Test("A name that is not UTF-8 is an error that shows it")
  func notUTF8() throws {
    try folder.touch("0/a.jpg")
    try #require(close(creat(Array("\(folder.path)/0/".utf8CString.dropLast()) + [-1, 0], 0o600)) == 0)
    #expect(scanningError()?.message == "A name in \(folder.path)/0 is not UTF-8: \u{FFFD}.")
  }

  @Test("A class folder without permission is named", .enabled(if: getuid() != 0, "root reads every folder"))
  func unreadable() throws {
    try folder.touch("0/a.jpg", "1/a.jpg")
    try #require(chmod("\(folder.path)/1", 0) == 0)
    #expect(scanningError()?.message == "The folder \(folder.path)/1 cannot be read: Permission denied.")
  }
}
