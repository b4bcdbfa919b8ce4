import AssayCore
import Datasets
import Foundation

extension FuzzedReader {
  /// Lists of classes beside folders of classes.
  static func classList(_ bench: Workbench) throws -> FuzzedReader {
    let texts = [
      "tench, Tinca tinca\ngoldfish\neel\n", "n00000001 tench\nn00000002 eel\nn00000003 hen\n",
      "0  background\n1  tench\n2  eel\n",
      "2\n1\n0\n",
    ]
    for name in ["n00000001", "n00000002", "n00000003"] {
      try bench.makeFolder("classes/\(name)")
      try bench.write([], to: "classes/\(name)/a.jpg")
    }
    return labels(texts, bench, count: 3) { DatasetSource(folder: bench.path("classes"), labels: $0) }
  }

  /// Ground truths in rows of a name and a label, in the order of the images, and as CSV.
  static func groundTruth(_ bench: Workbench) throws -> FuzzedReader {
    let texts = [
      "a.jpg 2\nb c.jpg 1\n1 0\nx/d.jpg 1\n", "2 a.jpg\n1 b c.jpg\n1\t1\n0 x/d.jpg\n", "2\n1\n0\n1\n",
      "eel\neel\ntench\nhen\n",
      "image,label\na.jpg,2\nb c.jpg,1\n1,0\nx/d.jpg,1\n",
      "id,\"label\",path,note\n1,tench,\"a.jpg\",\"x \"\"y\"\", z\"\n2,eel,b c.jpg,\"two\nlines\"\n3,hen,1,\n4,0,x/d.jpg,\n",
    ]
    try bench.makeFolder("images/x")
    for name in ["a.jpg", "b c.jpg", "1", "x/d.jpg"] { try bench.write([], to: "images/\(name)") }
    try bench.write(Array("tench\neel\nhen\n".utf8), to: "names.txt")
    return labels(texts, bench, count: 4) { file in
      DatasetSource(folder: bench.path("images"), groundTruth: file, labels: bench.path("names.txt"))
    }
  }

  /// Every image must be listed once.
  private static func labels(
    _ texts: [String], _ bench: Workbench, count: Int, source: @escaping (String) -> DatasetSource
  ) -> FuzzedReader {
    FuzzedReader(texts.map { Array($0.utf8) }) { input in
      // The suffix decides how it is read; CSV begins with a header.
      let name = input.prefix { $0 != UInt8(ascii: "\n") }.contains(UInt8(ascii: ",")) ? "labels.csv" : "labels.txt"
      try bench.write(input, to: name)
      return try accepts(.badData, naming: bench.folder) { () throws(AssayError) in
        var paths: [String] = []
        try Dataset(source(bench.path(name))).forEachImage { image throws(AssayError) in
          paths.append(image.path)
          guard (0..<1_000_000).contains(image.label) else {
            throw AssayError(.crashed, "The label is \(image.label).")
          }
        }
        guard paths.count == count, Set(paths).count == count else { throw AssayError(.crashed, "listed \(paths)") }
      }
    }
  }
}
