import ArgumentParser

/// `--threads` of the commands that measure with one number of threads.
struct ThreadsArgument: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init("Threads for one inference (default: the physical cores this process may use).", valueName: "count"),
    transform: Self.count)
  var threads: Int?

  private static func count(_ text: String) throws -> Int {
    let counts = try ThreadCounts.parse(text)
    guard counts.count == 1 else {
      throw ValidationError("Give one number here. Only assay bench measures with several, one after the other.")
    }
    return counts[0]
  }
}

/// Reads `2` or `1,2,4`.
enum ThreadCounts {
  private static let range = 1...1024

  static func parse(_ text: String) throws -> [Int] {
    let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard counts.allSatisfy({ $0.map(range.contains) ?? false }) else {
      throw ValidationError("A number of threads is from \(range.lowerBound) to \(range.upperBound).")
    }
    let numbers = counts.compactMap(\.self)
    guard Set(numbers).count == numbers.count else { throw ValidationError("It has a number twice.") }
    return numbers
  }
}
