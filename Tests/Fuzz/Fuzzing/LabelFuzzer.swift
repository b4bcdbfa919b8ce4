import AssayCore
import Datasets
import Foundation

/// Feeds damaged label files to the readers of labels.
///
/// A reader may list every image once, or refuse the input with an error of bad data that names the file or the folder. Anything
/// else is a finding. The same seed makes the same inputs.
public struct LabelFuzzer {
  public private(set) var accepted = 0
  public private(set) var refused = 0
  private var mutator: LabelMutator

  public init(seed: UInt64) { mutator = LabelMutator(seed: seed) }

  /// - Throws: at the first finding.
  public mutating func run(count: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-labels-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let trial = try Trial(folder: folder.path)
    for _ in 0..<count {
      let seed = Trial.seeds[mutator.number(below: Trial.seeds.count)]
      let input = mutator.mutated(seed.bytes)
      do {
        if try trial.reads(input, as: seed.kind) { accepted += 1 } else { refused += 1 }
      } catch {
        let kept = FileManager.default.temporaryDirectory.appending(path: "fuzz-labels-\(accepted + refused).input")
        try Data(input).write(to: kept)
        throw Trial.Finding(what: "input \(accepted + refused) (\(seed.kind), kept as \(kept.path)): \(error)")
      }
    }
  }
}

/// Damages bytes, the same way for the same seed.
struct LabelMutator {
  private let seed: UInt64
  private var drawn: UInt64 = 0

  init(seed: UInt64) { self.seed = seed }

  mutating func number(below bound: Int) -> Int {
    drawn += 1
    return Int(SplitMix64.bits(seed: seed, stream: 0, index: drawn).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Texts with a meaning to the readers, and what users write in their place.
  private static let pieces: [[UInt8]] =
    [
      "\n", "\r\n", "\r", "\t", " ", ",", "\"", "\"\"", "-", "-1", "0", "9999999999999999999999", "a.jpg", "b c.jpg",
      "1 ", "n00000001",
      "background", "image,label\n", "\u{FEFF}", "\u{0}", "e\u{301}", "./",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xFF, 0xFE], Array(repeating: 0x61, count: 70_000)]

  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<number(below: 5) {
      let place = number(below: bytes.count + 1)
      let end = min(bytes.count, place + number(below: 12))
      switch number(below: 6) {
      case 0: bytes.insert(contentsOf: Self.pieces[number(below: Self.pieces.count)], at: place)
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: number(below: bytes.count + 1))
      case 3 where place < bytes.count: bytes[place] = UInt8(number(below: 256))
      case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8(number(below: 8))
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}

/// A folder with images and the files that label them.
struct Trial {
  enum Kind { case labels, groundTruth, csv }
  struct Finding: Error { let what: String }

  private static let texts: [(kind: Kind, text: String)] = [
    (.labels, "tench, Tinca tinca\ngoldfish\neel\n"), (.labels, "n00000001 tench\nn00000002 eel\nn00000003 hen\n"),
    (.labels, "0  background\n1  tench\n2  eel\n"), (.labels, "2\n1\n0\n"),
    (.groundTruth, "a.jpg 2\nb c.jpg 1\n1 0\nx/d.jpg 1\n"), (.groundTruth, "2 a.jpg\n1 b c.jpg\n1\t1\n0 x/d.jpg\n"),
    (.groundTruth, "2\n1\n0\n1\n"), (.groundTruth, "eel\neel\ntench\nhen\n"),
    (.csv, "image,label\na.jpg,2\nb c.jpg,1\n1,0\nx/d.jpg,1\n"),
    (
      .csv,
      "id,\"label\",path,note\n1,tench,\"a.jpg\",\"x \"\"y\"\", z\"\n2,eel,b c.jpg,\"two\nlines\"\n3,hen,1,\n4,0,x/d.jpg,\n"
    ),
  ]
  static let seeds = texts.map { (kind: $0.kind, bytes: Array($0.text.utf8)) }

  private let folder: String
  private let images: Set<String> = ["a.jpg", "b c.jpg", "1", "x/d.jpg"]

  init(folder: String) throws {
    self.folder = folder
    for name in images {
      let file = URL(filePath: "\(folder)/images/\(name)")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
    for name in ["n00000001", "n00000002", "n00000003"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/classes/\(name)", withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: "\(folder)/classes/\(name)/a.jpg"))
    }
    try Data("tench\neel\nhen\n".utf8).write(to: URL(filePath: "\(folder)/names.txt"))
  }

  /// Whether the reader accepts the input.
  ///
  /// - Throws: `Finding` if the outcome is neither a list of all images nor a proper error.
  func reads(_ input: [UInt8], as kind: Kind) throws -> Bool {
    let file = "\(folder)/input\(kind == .csv ? ".csv" : ".txt")"
    try Data(input).write(to: URL(filePath: file))
    let source =
      kind == .labels
      ? DatasetSource(folder: "\(folder)/classes", labels: file)
      : DatasetSource(folder: "\(folder)/images", groundTruth: file, labels: "\(folder)/names.txt")
    var paths: [String] = []
    do throws(AssayError) {
      try Dataset(source).forEachImage { (image) throws(AssayError) in
        paths.append(image.path)
        guard (0..<1_000_000).contains(image.label) else { throw AssayError(.crashed, "The label is \(image.label).") }
      }
    } catch {
      guard error.code == .badData, error.message.contains(folder), error.message.utf8.count < 2000 else {
        throw Finding(what: "\(error.code): \(error.message.prefix(2000))")
      }
      return false
    }
    let expected = kind == .labels ? 3 : images.count
    guard paths.count == expected, Set(paths).count == expected else { throw Finding(what: "listed \(paths)") }
    return true
  }
}
