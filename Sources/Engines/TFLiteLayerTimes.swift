import AssayCore

/// The layers of a TFLite model and their times, from the events of an interpreter's profile.
struct TFLiteLayerTimes {
  /// An operation that has run.
  struct Event {
    enum Place {
      /// By the interpreter itself.
      case interpreter
      /// All that a delegate has taken at one place.
      case delegate
      /// An operation that a delegate describes, inside what it has taken.
      case insideDelegate
    }

    let name: String
    let place: Place
    /// The number that the interpreter or the delegate gives it.
    let number: Int
    let microseconds: Double
  }

  private struct Key: Hashable {
    let name: String
    let number: Int
    /// Numbers inside delegates begin anew for each part.
    let occurrence: Int
  }

  /// What describes operations inside of delegates; `nil` where it may be one of several.
  let delegate: String?
  private var recorded = 0
  private var places: [Key: Int] = [:]
  private var layers: [EngineLayer] = []

  init(delegate: String?) { self.delegate = delegate }

  /// Takes the events of one inference.
  mutating func record(_ events: [Event]) {
    var occurrences: [Key: Int] = [:]
    for event in Self.innermost(events) {
      let first = Key(name: event.name, number: event.number, occurrence: 0)
      let key = Key(name: event.name, number: event.number, occurrence: occurrences[first, default: 0])
      occurrences[first, default: 0] += 1
      let place = places[key] ?? layers.count
      if place == layers.count {
        places[key] = place
        var layer = EngineLayer(
          name: event.name, operation: event.name,
          sourceIndex: event.place == .interpreter ? event.number : nil,
          device: device(of: event))
        layer.microseconds = Array(repeating: 0, count: recorded)
        layers.append(layer)
      }
      layers[place].microseconds.append(event.microseconds)
    }
    recorded += 1
    for place in layers.indices where layers[place].microseconds.count < recorded {
      layers[place].microseconds.append(0)
    }
  }

  private func device(of event: Event) -> String? {
    switch event.place {
    case .interpreter: Target.defaultDevice
    case .delegate: event.name
    case .insideDelegate: delegate
    }
  }

  var graph: EngineGraph { EngineGraph(evidence: .profiler, layers: layers) }

  /// Without the events of delegates that describe what is inside.
  private static func innermost(_ events: [Event]) -> [Event] {
    var kept: [Event] = []
    var hasInside = false
    for event in events {
      switch event.place {
      case .insideDelegate:
        hasInside = true
        kept.append(event)
      // It ends after what is inside.
      case .delegate:
        if !hasInside { kept.append(event) }
        hasInside = false
      case .interpreter: kept.append(event)
      }
    }
    return kept
  }
}
