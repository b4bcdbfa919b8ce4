import ArgumentParser
import AssayCore
import PublishedResults
import Report
import ResultStore

/// `assay compare published:MODEL RUN…`: saved runs beside the literature.
struct LiteratureComparison {
  static let prefix = "published:"

  private let operands: [String]

  /// `nil` if no operand is published.
  init?(_ operands: [String]) {
    guard operands.contains(where: { $0.hasPrefix(Self.prefix) }) else { return nil }
    self.operands = operands
  }

  /// - Parameter location: of the store; opened if there is a run among the operands.
  func text(_ location: StoreArguments) throws -> String {
    var text = LiteratureText(.shipped)
    let store = operands.allSatisfy { $0.hasPrefix(Self.prefix) } ? nil : try location.open(for: .existing)
    for operand in operands {
      if operand.hasPrefix(Self.prefix) {
        try text.addPublished(String(operand.dropFirst(Self.prefix.count)))
        continue
      }
      guard !operand.contains("@"), !operand.contains("/"), let store else {
        throw AssayError(
          .usage, "'\(operand)' is no saved run, which is all that goes beside published results.",
          advice: "Measure it with assay bench, and name the run: an id, a tag or last.")
      }
      try text.add(try store.run(operand))
    }
    return text.text()
  }
}
