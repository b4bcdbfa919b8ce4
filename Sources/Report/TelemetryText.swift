import AssayCore

/// The readings of the sensors during a run, in a few lines.
enum TelemetryText {
  /// More sensors of one kind share a line.
  private static let mostOfOneKind = 4
  /// Of events, and of missing sensors.
  private static let mostLines = 50

  static func facts(_ series: TelemetrySeries) -> [(String, String?)] {
    var facts: [(String, String?)] = []
    for quantity in Sensor.Quantity.allCases {
      let rows = series.sensors.indices.filter { series.sensors[$0].quantity == quantity }
      if rows.count > mostOfOneKind {
        let values = rows.flatMap { series.values[$0].compactMap(\.self) }
        facts.append((name(of: quantity), range(values, quantity).map { "\($0), \(rows.count) sensors" }))
      } else {
        for row in rows {
          let values = series.values[row].compactMap(\.self)
          facts.append((name(of: quantity), range(values, quantity).map { "\($0), \(series.sensors[row].name)" }))
        }
      }
    }
    let events = Excerpt(evenly: series.events, limit: mostLines, of: series.eventCount)
    for event in events.shown {
      facts.append((Figures.duration(event.seconds), "\(name(of: event.kind)): \(event.detail)"))
    }
    events.rest.map { facts.append(("Events", $0)) }
    let unavailable = Excerpt(first: series.unavailable, limit: mostLines)
    facts += unavailable.shown.map { ("No \($0.name)", $0.reason) }
    unavailable.rest.map { facts.append(("No", $0)) }
    return facts
  }

  private static func range(_ values: [Double], _ quantity: Sensor.Quantity) -> String? {
    guard let low = values.min(), let high = values.max() else { return nil }
    let unit = quantity.unit.isEmpty ? "" : " \(quantity.unit)"
    switch quantity {
    case .utilization, .steal: return Figures.percentRange([low, high])
    case .throttled: return high > 0 ? "at times" : "never"
    default: return "\(Figures.short(low)) – \(Figures.short(high))\(unit)"
    }
  }

  private static func name(of quantity: Sensor.Quantity) -> String {
    switch quantity {
    case .clock: "Clock"
    case .temperature: "Temperature"
    case .power: "Power"
    case .memory: "Available"
    case .workerMemory: "Worker"
    case .load: "Load"
    case .utilization: "In use"
    case .contextSwitches: "Switches"
    case .steal: "Stolen"
    case .throttled: "Throttled"
    }
  }

  private static func name(of kind: TelemetryEvent.Kind) -> String {
    switch kind {
    case .suspended: "the machine slept"
    case .clockStep: "the wall clock was set"
    case .resumed: "the run was resumed"
    case .sensorLost: "a sensor was lost"
    }
  }
}
