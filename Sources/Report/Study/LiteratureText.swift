import Analyses
public import AssayCore
public import PublishedResults

/// Saved runs beside published times. Those come without their distributions, so there is a ratio and no verdict.
public struct LiteratureText {
  private struct Row {
    let name: String
    let milliseconds: Double
    let source: String
  }

  private let published: PublishedResults
  private var rows: [Row] = []
  private var sources: [String] = []

  public init(_ published: PublishedResults) { self.published = published }

  /// Adds the published times of a model, as in `MobileNet v2`, on all devices or on one, as in `MobileNet v2@Jetson Nano`.
  ///
  /// - Throws: `.usage` if there are none, with the nearest name.
  public mutating func addPublished(_ text: String) throws(AssayError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map { $0.lowercased() }
    let known = published.observations.filter { $0[.latency] != nil }
    let ofModel = known.filter { [$0.model, $0.printedModel].contains { EarlierWork.isSameModel($0, parts[0]) } }
    guard !ofModel.isEmpty else { throw Self.unknown("model", text, among: known.map(\.model)) }
    let found = ofModel.filter { observation in
      parts.count < 2 || [observation.device, observation.printedDevice].contains { $0.lowercased() == parts[1] }
    }
    guard !found.isEmpty else { throw Self.unknown("device", text, among: ofModel.map(\.device)) }
    for observation in found {
      guard let latency = observation[.latency] else { continue }
      let host = observation.host.flatMap { observation.printedDevice.contains($0) ? nil : ", on \($0)" } ?? ""
      rows.append(
        Row(
          name: "\(observation.printedModel), \(observation.printedFramework), \(observation.printedDevice)\(host)",
          milliseconds: latency, source: "\(observation.source) \(observation.place)"))
      if !sources.contains(observation.source) { sources.append(observation.source) }
    }
  }

  private static func unknown(_ kind: String, _ text: String, among names: [String]) -> AssayError {
    var seen: Set<String> = []
    let names = names.filter { seen.insert($0).inserted }
    return AssayError(
      .usage, "There is no published time of that \(kind): '\(text)'.",
      advice: "There are those of: \(names.joined(separator: ", "))")
  }

  /// Adds the mean of a saved run, for what is published are means.
  ///
  /// - Throws: `.usage` if it has no latency.
  public mutating func add(_ run: StoredRun) throws(AssayError) {
    guard let latency = run.report.latency, latency.mean > 0 else {
      throw AssayError(.usage, "Run \(run.id) has no latency.", advice: "Name one of assay bench.")
    }
    rows.append(
      Row(name: "\(run.report.model.name) on \(run.report.target)", milliseconds: latency.mean, source: "run \(run.id)")
    )
  }

  public func text() -> String {
    var table = TextTable([
      .init(title: "MODEL", alignment: .left), .init(title: "MEAN", alignment: .right),
      .init(title: "RATIO", alignment: .right), .init(title: "FROM", alignment: .left),
    ])
    for row in rows {
      let ratio = rows.first.map { Figures.fixed(row.milliseconds / $0.milliseconds, decimals: 3) } ?? "–"
      table.add([row.name, Figures.milliseconds(row.milliseconds), ratio, row.source])
    }
    var lines = table.terminalLines()
    lines.append(
      "The ratio is to the first. What is published has no distribution, so nothing says whether it is more than noise."
    )
    lines += sources.compactMap(published.howItDiffers)
    return lines.map(\.printable).joined(separator: "\n") + "\n"
  }
}

extension PublishedResults {
  /// How a source measured in another way than Assay, in a sentence; `nil` for one of which nothing is known.
  func howItDiffers(_ source: String) -> String? {
    let differences = methodDifferences(source, "assay").compactMap { difference in
      difference.first.map { there in
        "\(difference.aspect): \(there)" + (difference.second.map { " (Assay: \($0))" } ?? "")
      }
    }
    return differences.isEmpty ? nil : "How \(source) measured – \(differences.joined(separator: "; "))."
  }
}
