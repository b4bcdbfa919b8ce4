import AssayCore
import Datasets
import Testing

@Suite("A file with the label of every image")
struct GroundTruthTests {
  private let folder: TemporaryFolder
  /// Beside the images, so that what one test writes is no image of another reading.
  private let files: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    files = try TemporaryFolder()
    try folder.touch("b.jpg", "a.jpg", "c d.jpg")
  }

  private func source(_ text: String, _ name: String, _ list: String?) throws -> DatasetSource {
    DatasetSource(
      folder: folder.path, groundTruth: try files.write(text, to: name),
      labels: try list.map { try files.write($0, to: "labels.txt") })
  }

  private func labels(_ text: String, _ name: String = "val.txt", list: String? = nil) throws -> [String] {
    try folder.labels(source(text, name, list))
  }

  private func refusal(_ text: String, _ name: String = "val.txt", list: String? = nil) -> String? {
    #expect(throws: AssayError.self) { try labels(text, name, list: list) }?.message.replacing(folder.path, with: "@")
      .replacing(files.path, with: "@")
  }

  private static let expected = ["65 a.jpg", "970 b.jpg", "0 c d.jpg"]

  @Test(
    "Rows of a name and a label, in any order of rows, with spaces or tabs",
    arguments: [
      "a.jpg 65\nb.jpg 970\nc d.jpg 0\n", "c d.jpg\t0\r\nb.jpg\t970\r\na.jpg\t65",
      "\u{FEFF}./a.jpg 65\nb.jpg 970 \nc d.jpg 0\n\n",
      "65 a.jpg\n970 b.jpg\n0 c d.jpg\n",
    ])
  func pairs(text: String) throws {
    #expect(try labels(text) == Self.expected)
    #expect(
      try folder.summary(source(text, "val.txt", nil)).description
        == DatasetDescription(images: 3, labels: .file(.init(name: "val.txt", format: .names))))
  }

  @Test("One label per row, in the sorted order of the images, as numbers or as names")
  func inOrder() throws {
    #expect(try labels("65\n970\n0\n") == Self.expected)
    #expect(
      try labels("eel\ntench, Tinca tinca\neel\n", list: "tench, Tinca tinca\neel\n") == [
        "1 a.jpg", "0 b.jpg", "1 c d.jpg",
      ])
    let description = try folder.summary(source("65\n970\n0\n", "truth.txt", nil)).description
    #expect(description.labels == .file(.init(name: "truth.txt", format: .order)))
  }

  @Test("CSV by its header, with quotes as in RFC 4180, and with other columns")
  func csv() throws {
    let text =
      "id,Label,FileName,note\r\n1,65,a.jpg,\"x, \"\"y\"\"\"\r\n2,970,\"b.jpg\",\"two\nlines\"\r\n3,0,c d.jpg,\r\n"
    #expect(try labels(text, "truth.csv") == Self.expected)
    #expect(try labels("image,label\na.jpg,65\nb.jpg,970\nc d.jpg,0\n", "truth.txt") == Self.expected)
    #expect(
      try folder.summary(source(text, "truth.csv", nil)).description.labels
        == .file(.init(name: "truth.csv", format: .columns, imageColumn: "FileName", labelColumn: "Label")))
  }

  @Test(
    "Columns of CSV are found by what they mean, whatever their spelling",
    arguments: [
      "ImageId,Class", "image_id,class_index", "Image Name,Category", "img,wnid", "x,label", "file,y", "x,y",
    ])
  func meaning(header: String) throws {
    #expect(try labels("\(header)\na.jpg,65\nb.jpg,970\nc d.jpg,0\n", "truth.csv") == Self.expected)
  }

  @Test("Images may be named without their suffix, in CSV and in rows")
  func withoutSuffix() throws {
    #expect(try labels("ImageId,Class\na,65\nb,970\nc d,0\n", "truth.csv") == Self.expected)
    #expect(try labels("a 65\nb 970\nc d 0\n") == Self.expected)
    let twins = try TemporaryFolder()
    try twins.touch("a.jpg", "a.png")
    let truth = try files.write("image,label\na,1\na,1\n", to: "twins.csv")
    let error = #expect(throws: AssayError.self) {
      try twins.labels(DatasetSource(folder: twins.path, groundTruth: truth))
    }
    #expect(error?.message.contains("'a', which could be a.jpg or a.png") == true)
  }

  @Test("The class stands before boxes in ImageNet's and in Tiny ImageNet's tables")
  func boxes() throws {
    let list = "n01440764 tench\nn01443537 goldfish\n"
    let csv =
      "ImageId,PredictionString\na,n01443537 111 108 230 366 \nb,n01440764 1 2 3 4 n01440764 5 6 7 8\nc d,n01440764 0 0 1 1\n"
    #expect(try labels(csv, "LOC_val_solution.csv", list: list) == ["1 a.jpg", "0 b.jpg", "0 c d.jpg"])
    let tabs = "a.jpg\tn01443537\t0\t32\t44\t62\nb.jpg\tn01440764\t52\t55\t57\t59\nc d.jpg\tn01440764\t4\t0\t60\t55\n"
    #expect(try labels(tabs, "val_annotations.txt", list: list) == ["1 a.jpg", "0 b.jpg", "0 c d.jpg"])
  }

  @Test("Images may lie one folder down")
  func subfolders() throws {
    let tree = try TemporaryFolder()
    try tree.touch("x/a.jpg", "y/a.jpg")
    let truth = try tree.write("y/a.jpg 1\nx/a.jpg 2\n", to: "train.txt")
    #expect(try tree.labels(DatasetSource(folder: tree.path, groundTruth: truth)) == ["2 x/a.jpg", "1 y/a.jpg"])
  }

  @Test("Rows that do not fit the images are refused with the line")
  func rows() throws {
    #expect(refusal("a.jpg 1\nb.jpg 2\n") == "@/val.txt labels 2 of the 3 images in @: c d.jpg has no row.")
    #expect(refusal("a.jpg 1\nx.jpg 2\n") == "@/val.txt:2 names the image 'x.jpg', which is not in @.")
    #expect(refusal("x.jpg 1\n") == "@/val.txt:1 names the image 'x.jpg', which is not in @.")
    #expect(refusal("a.jpg 1\na.jpg 1\n") == "@/val.txt:2 has the image a.jpg a second time.")
    #expect(refusal("a.jpg 1\na.jpg 2\n") == "@/val.txt:2 has the image a.jpg a second time, with the label 2 after 1.")
    #expect(refusal("1\n2\n3\n4\n") == "@/val.txt:4 is one row more than there are images in @ (3).")
    #expect(refusal("1\n2\n") == "@/val.txt labels 2 of the 3 images in @: c d.jpg has no row.")
    #expect(refusal("a.jpg 1\nb.jpg\n")?.hasPrefix("@/val.txt:2 has 1 column ('b.jpg')") == true)
    #expect(refusal("a.jpg 1\nb.jpg\t1\t2\n")?.hasPrefix("@/val.txt:2 has 3 columns") == true)
    #expect(refusal("a.jpg 1\n\nb.jpg 1\n") == "@/val.txt:2 is empty, though lines follow.")
    #expect(refusal("")?.hasSuffix("is empty; it must have the label of every image.") == true)
  }

  @Test("A text that is not a label is refused with the line")
  func badLabels() throws {
    #expect(refusal("a.jpg 1\nb.jpg cat\n") == "@/val.txt:2: the label 'cat' is not a number.")
    #expect(refusal("a.jpg 1\nb.jpg 1.5\n") == "@/val.txt:2: the label '1.5' is not a number.")
    #expect(refusal("a.jpg 1\nb.jpg -1\n") == "@/val.txt:2: the label '-1' is negative.")
    #expect(refusal("a.jpg 1\nb.jpg 99999999999999999999\n")?.contains("is larger than 999999") == true)
    #expect(refusal("a.jpg 1\nb.jpg 2\n", list: "x\ny\n")?.contains("is beyond the 2 classes of @/labels.txt") == true)
    #expect(refusal("cat\n1\n2\n") == "@/val.txt:1: the label 'cat' is not a number.")
  }

  @Test("CSV that cannot be used is refused with the line")
  func badCSV() throws {
    #expect(refusal("a.jpg,1\n", "t.csv")?.contains("has none of the columns image, filename") == true)
    #expect(refusal("image,label\n", "t.csv") == "@/t.csv has a header but no rows.")
    #expect(refusal("image,label\na.jpg\n", "t.csv") == "@/t.csv:2 has 1 columns; the header has 2.")
    #expect(refusal("image,label\n\"a.jpg,1\n", "t.csv") == "@/t.csv:2 opens a quote that is never closed.")
    #expect(refusal("image,label\na\"b,1\n", "t.csv")?.hasPrefix("@/t.csv:2 has a quote inside a field") == true)
    #expect(refusal("image,label\n\"a\"b,1\n", "t.csv") == "@/t.csv:2 has text after the quote that ends a field.")
    #expect(refusal("image,path,label\na,a,1\n", "t.csv")?.contains("has more than one of the columns") == true)
  }

  @Test("A row that could be name and label or label and name is an error that shows both")
  func twoReadings() throws {
    let digits = try TemporaryFolder()
    try digits.touch("1", "5")
    let source = DatasetSource(folder: digits.path, groundTruth: try digits.write("1 5\n5 1\n", to: "val.txt"))
    let error = #expect(throws: AssayError.self) { try digits.labels(source) }
    #expect(error?.message.hasSuffix("two ways: the image '1' of class '5', or class '1' for the image '5'.") == true)
  }

  @Test("Class folders and images side by side are an error that shows both, until one is chosen")
  func sideBySide() throws {
    try folder.touch("0/x.jpg")
    let error = #expect(throws: AssayError.self) { try folder.labels(DatasetSource(folder: folder.path)) }
    #expect(error?.message.contains("1 folders (such as 0) and 3 images beside them (such as a.jpg)") == true)
    #expect(error?.advice?.contains("--labels-as index") == true)
    #expect(try folder.labels(DatasetSource(folder: folder.path, labelReading: .index)) == ["0 0/x.jpg"])
  }
}
