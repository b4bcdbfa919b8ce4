import DecoderFuzzing
import Foundation

// fuzz-decoders FIXTURES [--seed S] [--first N] [--count N]: tries damaged copies of the fixture files. Progress names the inputs
// that were survived, so that a crash can be narrowed down with --first and --count.

var arguments = CommandLine.arguments.dropFirst()
guard let folder = arguments.popFirst() else {
  FileHandle.standardError.write(Data("usage: fuzz-decoders Tests/Fixtures [--seed S] [--first N] [--count N]\n".utf8))
  exit(64)
}
var options = ["--seed": 1, "--first": 0, "--count": 200_000]
while let name = arguments.popFirst() {
  guard options[name] != nil, let value = arguments.popFirst().flatMap({ Int($0) }), value >= 0 else {
    FileHandle.standardError.write(Data("\(name) is no option with a number\n".utf8))
    exit(64)
  }
  options[name] = value
}
let (seed, first, count) = (
  options["--seed", default: 0], options["--first", default: 0], options["--count", default: 0]
)

func files(in folders: [String], endingWith suffixes: [String]) throws -> [[UInt8]] {
  try folders.flatMap { name in
    let url = URL(filePath: folder).appending(path: name)
    return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
      .filter { file in suffixes.contains { file.hasSuffix($0) } }
      .map { [UInt8](try Data(contentsOf: url.appending(path: $0))) }
  }
}

var fuzzer = try DecoderFuzzer(
  images: try files(in: ["Images/decoded", "Images/oriented"], endingWith: [".jpg", ".png"]),
  models: try files(in: ["Metadata"], endingWith: [".tflite"]), seed: UInt64(seed))
let step = 20_000
for start in stride(from: first, to: first + count, by: step) {
  fuzzer.run(start..<min(start + step, first + count))
  FileHandle.standardError.write(Data("inputs up to \(min(start + step, first + count))\n".utf8))
}
let totals = fuzzer.totals
print("\(totals.images) damaged images: \(totals.decoded) decoded, \(totals.images - totals.decoded) refused")
print("\(totals.models) damaged models: \(totals.modelsWithNumbers) with numbers")
print("\(totals.failures.count) failures")
for failure in totals.failures.prefix(20) { print(failure) }
exit(totals.failures.isEmpty ? 0 : 1)
