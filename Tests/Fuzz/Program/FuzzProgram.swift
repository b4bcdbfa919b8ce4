import AssayCore
import Foundation
import Fuzzing

/// Damaged inputs for every reader, each reader in a process of its own.
///
///     fuzz [--reader NAME]… [--seed S] [--first N] [--count N] [--seconds S] [--tests FOLDER]
@main
enum FuzzProgram {
  static func main() throws {
    var options = Options(CommandLine.arguments.dropFirst())
    if let folder = options.trialFolder { try Trial(options, folder: folder).run() }
    let names = options.readers.isEmpty ? FuzzedReaders.all.map(\.name) : options.readers
    let entries = names.map { name in
      FuzzedReaders.reader(named: name)
        ?? {
          Options.leave(
            "There is no reader '\(name)'. There are: \(FuzzedReaders.all.map(\.name).joined(separator: ", "))")
        }()
    }
    let shares = entries.reduce(0) { $0 + $1.share }
    let count = options.count
    say(Outcome.header)
    var failures = 0
    for entry in entries {
      options.count = max(count * entry.share / shares, 1)
      let outcome = try TriedReader(entry, options).run()
      say(outcome.line)
      for failure in outcome.failures { say("  \(failure)") }
      failures += outcome.failures.count
    }
    exit(failures == 0 ? 0 : 1)
  }

  /// At once, even into a file.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}

/// The arguments of the program.
struct Options {
  var readers: [String] = []
  var seed = 1
  /// The number of the first input.
  var first = 0
  /// Inputs of all readers together.
  var count = 1_000_000
  /// Time of the processor after which an input counts as one that hangs.
  var seconds = 10
  /// The folder `Tests` of the package.
  var tests = "Tests"
  /// In the process that tries one reader: where it works.
  var trialFolder: String?

  init(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let name = rest.popFirst() {
      guard let text = rest.popFirst() else { Self.leave("\(name) needs a value.") }
      switch name {
      case "--reader": readers.append(text)
      case "--tests": tests = text
      case "--trial": trialFolder = text
      case "--seed": seed = Self.number(text, name)
      case "--first": first = Self.number(text, name)
      case "--count": count = Self.number(text, name)
      case "--seconds": seconds = Self.number(text, name)
      default: Self.leave("There is no option \(name).")
      }
    }
  }

  /// The arguments of the process that tries one reader.
  func trial(of reader: String, in folder: String) -> [String] {
    [
      "--trial", folder, "--reader", reader, "--seed", "\(seed)", "--first", "\(first)", "--count", "\(count)",
      "--seconds", "\(seconds)",
      "--tests", tests,
    ]
  }

  static func leave(_ text: String) -> Never {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
    exit(64)
  }

  private static func number(_ text: String, _ name: String) -> Int {
    guard let number = Int(text), number >= 0 else { leave("\(name) needs a number, not '\(text)'.") }
    return number
  }
}
