import AssayCore
import Scenarios
import YAMLFiles
import Yams

/// What a study measures.
extension StudyReader {
  /// The kinds of measures, and the keys of each besides `name` and `kind`.
  private enum Kind: String, CaseIterable {
    case latency, accuracy, streams, scenario, stress

    var keys: [String] {
      switch self {
      case .latency: ["runs", "warm-up", "min-time", "max-time"]
      case .accuracy: ["images", "ground-truth", "labels", "count"]
      case .streams: ["streams", "runs", "warm-up", "min-time", "max-time"]
      case .scenario:
        [
          "scenario", "rules", "rate", "latency-bound", "min-duration", "min-queries", "samples", "streams", "images",
          "ground-truth", "labels",
        ]
      case .stress: ["duration", "images", "ground-truth", "labels"]
      }
    }

    /// All keys that a measure may have, in the order of the kinds.
    static let allKeys = allCases.flatMap(\.keys).reduce(into: ["name", "kind"]) { keys, key in
      if !keys.contains(key) { keys.append(key) }
    }
  }

  func measure(_ node: Node, _ path: String, _ folder: String) -> StudyFile.NamedMeasure? {
    guard let mapping = mapping(node, "a measure", Kind.allKeys, path),
      let name = mapping.text("name", isRequired: true), let word = mapping.text("kind", isRequired: true)
    else { return nil }
    guard let kind = Kind(rawValue: word) else {
      mapping.add(YAMLMapping.unknown(word, "kind of measure", among: Kind.allCases.map(\.rawValue)), at: "kind")
      return nil
    }
    for key in Kind.allKeys.dropFirst(2) where mapping.has(key) && !kind.keys.contains(key) {
      mapping.add("'\(key)' is nothing for \(word), which takes: \(kind.keys.joined(separator: ", ")).", at: key)
    }
    let measure: Measure? =
      switch kind {
      case .latency: .latency(rule(mapping))
      case .accuracy: accuracy(mapping, folder)
      case .streams: .streams(rule(mapping))
      case .scenario: scenario(mapping, folder)
      case .stress: stress(mapping, folder)
      }
    guard let measure else { return nil }
    var named = StudyFile.NamedMeasure(name: name, measure: measure, place: mapping.place)
    named.streams = mapping.integer("streams", in: 1...1024)
    if kind == .streams, !mapping.has("streams") {
      mapping.add("Streams need 'streams', how many inferences run side by side.")
    }
    return named
  }

  private func accuracy(_ mapping: YAMLMapping, _ folder: String) -> Measure? {
    guard var images = images(mapping, folder) else {
      mapping.add("Accuracy needs 'images', a folder with a folder per class.")
      return nil
    }
    if let count = mapping.integer("count", in: 1...100_000_000) {
      images.sampling = Sampling(.count(count), seed: 1)
    }
    return .accuracy(AccuracyMeasure(images: images))
  }

  private func stress(_ mapping: YAMLMapping, _ folder: String) -> Measure? {
    guard let text = mapping.text("duration", isRequired: true) else { return nil }
    guard let seconds = TimeText.seconds(text), seconds > 0 else {
      mapping.add("'\(text)' is no time, such as 3h.", at: "duration")
      return nil
    }
    var rule = RepetitionRule.exactly(1)
    rule.minimumSeconds = seconds
    rule.maximumSeconds = seconds
    return .stress(StressMeasure(rule: rule, images: images(mapping, folder)))
  }

  // MARK: Scenarios

  /// As the options of `assay scenario`.
  private func scenario(_ mapping: YAMLMapping, _ folder: String) -> Measure? {
    guard mapping.has("scenario") else {
      mapping.add("A scenario needs 'scenario'.")
      return nil
    }
    guard let scenario = mapping.choice("scenario", Scenario.self) else { return nil }
    var rules = ScenarioRules(mapping.choice("rules", RuleSet.self) ?? .quick, for: scenario)
    if let least = seconds("min-duration", mapping) { rules.minimumSeconds = least }
    if let least = mapping.integer("min-queries", in: 1...ScenarioRules.mostQueries) { rules.minimumQueries = least }
    var measure = ScenarioMeasure(scenario, rules: rules)
    measure.images = images(mapping, folder)
    measure.sampleCount = mapping.integer("samples", in: 1...1_000_000)
    measure.latencyBound = seconds("latency-bound", mapping).map { $0 * 1000 }
    measure.rate = mapping.number("rate", in: 1e-6...1e6)
    check(measure, mapping)
    return .scenario(measure)
  }

  private func check(_ measure: ScenarioMeasure, _ mapping: YAMLMapping) {
    let name = measure.scenario.rawValue
    guard measure.scenario == .server else {
      for key in ["rate", "latency-bound"] where mapping.has(key) {
        mapping.add("Only server has a '\(key)', not \(name).", at: key)
      }
      if measure.scenario != .offline, mapping.has("streams") {
        mapping.add("\(name) waits for each inference, so leave out 'streams'.", at: "streams")
      }
      return
    }
    for key in ["rate", "latency-bound"] where !mapping.has(key) { mapping.add("server needs '\(key)'.") }
    guard let rate = measure.rate else { return }
    // The times of all queries are drawn before the first is issued, so they must fit into memory.
    let queries = max(Double(measure.rules.minimumQueries), rate * measure.rules.minimumSeconds)
    if queries > Double(ScenarioRules.mostQueries) || queries / rate > Self.week {
      mapping.add("With this rate, a run has more than 100 million queries, or takes more than a week.", at: "rate")
    }
  }

  // MARK: Parts

  private static let week = 604_800.0

  private func images(_ mapping: YAMLMapping, _ folder: String) -> ImageSet? {
    guard let images = mapping.text("images") else { return nil }
    return ImageSet(
      DatasetSource(
        folder: YAMLFile.path(images, in: folder),
        groundTruth: mapping.text("ground-truth").map { YAMLFile.path($0, in: folder) },
        labels: mapping.text("labels").map { YAMLFile.path($0, in: folder) }))
  }

  /// As the options of `assay bench`.
  private func rule(_ mapping: YAMLMapping) -> RepetitionRule {
    var rule = mapping.integer("runs", in: 1...1_000_000_000).map(RepetitionRule.exactly) ?? RepetitionRule()
    if let warmUp = seconds("warm-up", mapping) { rule.warmUpSeconds = warmUp }
    if let least = seconds("min-time", mapping) {
      if mapping.has("runs") { mapping.add("'runs' is exact, so leave out 'min-time'.", at: "min-time") }
      rule.minimumSeconds = least
      rule.maximumSeconds = rule.maximumSeconds.map { max($0, least) }
    }
    if let most = seconds("max-time", mapping) {
      rule.maximumSeconds = most
      rule.minimumSeconds = min(rule.minimumSeconds, most)
    }
    return rule
  }

  private func seconds(_ key: String, _ mapping: YAMLMapping) -> Double? {
    guard let text = mapping.text(key) else { return nil }
    guard let seconds = TimeText.seconds(text), (0...Self.week).contains(seconds) else {
      mapping.add("'\(key)' is a time up to a week, such as 500ms.", at: key)
      return nil
    }
    return seconds
  }
}
