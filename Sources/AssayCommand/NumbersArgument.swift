import ArgumentParser

/// Reads a number or several, with commas between them: `2` or `1,2,4`.
enum NumbersArgument {
  /// - Parameter what: begins the sentence about a number out of range: "A number of threads".
  static func parse(_ text: String, _ range: ClosedRange<Int>, _ what: String) throws -> [Int] {
    let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard counts.allSatisfy({ $0.map(range.contains) ?? false }) else {
      throw ValidationError("\(what) is from \(range.lowerBound) to \(range.upperBound).")
    }
    let numbers = counts.compactMap(\.self)
    guard Set(numbers).count == numbers.count else { throw ValidationError("It has a number twice.") }
    return numbers
  }
}
