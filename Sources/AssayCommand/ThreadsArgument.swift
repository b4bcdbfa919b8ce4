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
    try NumbersArgument.parse(text, range, "A number of threads")
  }
}
