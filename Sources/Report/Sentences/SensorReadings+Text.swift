public import AssayCore

extension SensorReadings {
  /// `62 °C, 1.4 GHz, 5.3 W, throttled`: the known readings; empty if there are none.
  public var text: String {
    [
      temperature.map { "\(Figures.fixed($0, decimals: 0)) °C" },
      clock.map { "\(Figures.fixed($0 / 1000, decimals: 1)) GHz" },
      power.map { "\(Figures.fixed($0, decimals: 1)) W" }, isThrottled == true ? "throttled" : nil,
    ].compactMap(\.self).joined(separator: ", ")
  }
}
