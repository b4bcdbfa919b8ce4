public import AssayCore

/// A latency beside one that another source has for the same model.
public struct EarlierWork: Hashable, Sendable {
  public let own: Observation
  public let other: Observation
  /// The other latency over the own one.
  public let ratio: Double

  /// Every pair of the same model, framework and device, by the order of the others. The own observation is the one whose latency is the nearest, if there are several hosts.
  public static func pairs(own: [Observation], others: [Observation]) -> [EarlierWork] {
    others.compactMap { other in
      guard let latency = time(of: other) else { return nil }
      let same = own.filter { $0.model == other.model && $0.device == other.device && $0.framework == other.framework }
      let ratios = same.compactMap { own in time(of: own).map { (own, latency / $0) } }
      guard let nearest = ratios.min(by: { distance($0.1) < distance($1.1) }) else { return nil }
      return EarlierWork(own: nearest.0, other: other, ratio: nearest.1)
    }
  }

  /// What Assay measured beside every published time of the same model, by the order of those: the fastest result on the same device, or else on
  /// each device. Frameworks may differ, and so may the spelling of a model's name.
  public static func pairs(measured: [Observation], published: [Observation]) -> [EarlierWork] {
    published.flatMap { other -> [EarlierWork] in
      guard let latency = time(of: other) else { return [] }
      let ofModel = measured.filter { isSameModel($0.model, other.model) }
      let ofDevice = ofModel.filter { $0.device == other.device }
      return BestResults.times(ofDevice.isEmpty ? ofModel : ofDevice).compactMap { row in
        guard let own = row.best, let time = time(of: own) else { return nil }
        return EarlierWork(own: own, other: other, ratio: latency / time)
      }
    }
  }

  /// Whether names of models differ in no more than case, spaces and marks, as `MobileNet v2` and `mobilenet-v2`. What stands in brackets at the end
  /// tells results of one model apart.
  public static func isSameModel(_ one: String, _ other: String) -> Bool {
    func letters(_ name: String) -> String {
      String((name.split(separator: " (").first ?? "").lowercased().filter { $0.isLetter || $0.isNumber })
    }
    return letters(one) == letters(other)
  }

  /// A latency in milliseconds, from frames per second if there is none.
  public static func time(of observation: Observation) -> Double? {
    observation[.latency] ?? observation[.throughput].flatMap { $0 > 0 ? 1000 / $0 : nil }
  }

  /// How far a ratio is from 1, either way.
  private static func distance(_ ratio: Double) -> Double { max(ratio, 1 / ratio) }
}

extension Observation {
  /// Whether it is that of a run, not of the literature.
  public var isMeasured: Bool { source == "assay" }
}
