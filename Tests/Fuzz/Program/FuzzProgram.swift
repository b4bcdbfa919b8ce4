import Foundation
import Fuzzing

/// Damaged files at length. Progress names the inputs that were survived, so that a crash can be found with --first and --count.
///
///     fuzz decoders Tests/Fixtures [--seed S] [--first N] [--count N]
///     fuzz labels [--seed S] [--count N]
///     fuzz tensors Tests/Fixtures [--seed S] [--count N]
@main
enum FuzzProgram {
  private static let usage =
    "usage: fuzz decoders Tests/Fixtures | labels | tensors Tests/Fixtures [--seed S] [--first N] [--count N]"

  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    switch arguments.popFirst() {
    case "decoders":
      guard let folder = arguments.popFirst() else { leave(usage, status: 64) }
      try fuzzDecoders(folder, options(arguments, count: 200_000))
    case "labels": try fuzzLabels(options(arguments, count: 100_000))
    case "tensors":
      guard let folder = arguments.popFirst() else { leave(usage, status: 64) }
      try fuzzTensors(folder, options(arguments, count: 200_000))
    default: leave(usage, status: 64)
    }
  }

  private static func fuzzDecoders(_ folder: String, _ options: [String: Int]) throws {
    let (seed, first, count) = (
      options["--seed", default: 1], options["--first", default: 0], options["--count", default: 0]
    )
    var fuzzer = try DecoderFuzzer(
      images: try files(of: folder, in: ["Images/decoded", "Images/oriented"], endingWith: [".jpg", ".png"]),
      models: try files(of: folder, in: ["Metadata"], endingWith: [".tflite"]), seed: UInt64(seed))
    let step = 20_000
    for start in stride(from: first, to: first + count, by: step) {
      let end = min(start + step, first + count)
      fuzzer.run(start..<end)
      say("inputs up to \(end)")
    }
    let totals = fuzzer.totals
    print("\(totals.images) damaged images: \(totals.decoded) decoded, \(totals.images - totals.decoded) refused")
    print("\(totals.models) damaged models: \(totals.modelsWithNumbers) with numbers")
    print("\(totals.failures.count) failures")
    for failure in totals.failures.prefix(20) { print(failure) }
    exit(totals.failures.isEmpty ? 0 : 1)
  }

  private static func fuzzLabels(_ options: [String: Int]) throws {
    var fuzzer = LabelFuzzer(seed: UInt64(options["--seed", default: 1]))
    try fuzzer.run(count: options["--count", default: 0])
    print("\(fuzzer.accepted) damaged label files accepted, \(fuzzer.refused) refused, none crashed the readers")
  }

  private static func fuzzTensors(_ folder: String, _ options: [String: Int]) throws {
    var fuzzer = try TensorFuzzer(folder: "\(folder)/Inputs", seed: UInt64(options["--seed", default: 1]))
    try fuzzer.run(count: options["--count", default: 0])
    print("\(fuzzer.accepted) damaged tensor files accepted, \(fuzzer.refused) refused, none crashed the readers")
  }

  private static func options(_ arguments: ArraySlice<String>, count: Int) -> [String: Int] {
    var arguments = arguments
    var options = ["--seed": 1, "--first": 0, "--count": count]
    while let name = arguments.popFirst() {
      guard options[name] != nil, let value = arguments.popFirst().flatMap({ Int($0) }), value >= 0 else {
        leave("\(name) is no option with a number\n\(usage)", status: 64)
      }
      options[name] = value
    }
    return options
  }

  private static func files(of root: String, in folders: [String], endingWith suffixes: [String]) throws -> [[UInt8]] {
    try folders.flatMap { name in
      let url = URL(filePath: root).appending(path: name)
      return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
        .filter { file in suffixes.contains { file.hasSuffix($0) } }
        .map { [UInt8](try Data(contentsOf: url.appending(path: $0))) }
    }
  }

  private static func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  private static func leave(_ text: String, status: Int32) -> Never {
    say(text)
    exit(status)
  }
}
