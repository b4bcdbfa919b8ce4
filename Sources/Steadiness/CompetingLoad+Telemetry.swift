public import AssayCore

/// What of a machine's load belongs to the run itself.
public struct RunSurroundings: Hashable, Sendable {
  /// The machine before the run.
  public var host: HostDescription
  /// Of the run.
  public var threads: Int

  public init(host: HostDescription, threads: Int) {
    self.host = host
    self.threads = threads
  }
}

extension Finding {
  /// A smaller share of the processors' time that a hypervisor gives to others is no competition.
  private static let stealFloor = 0.05

  /// `nil` if others left the machine alone, or nothing is known about that.
  static func competingLoad(_ surroundings: RunSurroundings?, telemetry: TelemetrySeries?) -> Finding? {
    let steal = telemetry?.mean(of: .steal).flatMap { $0 >= stealFloor ? $0 : nil }
    let load = surroundings.flatMap { surroundings in
      let others = telemetry?.mean(of: .load).map { $0 - Double(surroundings.threads) } ?? surroundings.host.loadAverage
      return others.flatMap { surroundings.host.isDisturbed(by: $0) ? $0 : nil }
    }
    guard load != nil || steal != nil else { return nil }
    let cores = load == nil ? nil : surroundings?.host.cores
    let isStrong = load ?? 0 > Double(cores ?? .max) || steal ?? 0 > 4 * stealFloor
    return Finding(
      .competingLoad(CompetingLoad(load: load, cores: cores, steal: steal)), strength: isStrong ? .strong : .moderate)
  }
}

extension TelemetrySeries {
  /// The mean of the only sensor of a quantity over the whole run.
  fileprivate func mean(of quantity: Sensor.Quantity) -> Double? {
    sensors.firstIndex { $0.quantity == quantity }.flatMap { mean(of: $0, in: 0...Double.greatestFiniteMagnitude) }
  }
}
