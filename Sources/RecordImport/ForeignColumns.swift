/// The columns of times and latencies in the CSV of another tool.
public struct ForeignColumns: Hashable, Sendable {
  /// A column, by its title or its number from 1, and the unit of its values.
  public struct Column: Hashable, Sendable {
    public var name: String
    public var unit: Unit

    public init(name: String, unit: Unit) {
      self.name = name
      self.unit = unit
    }
  }

  /// A unit of time.
  public enum Unit: String, CaseIterable, Sendable {
    case s, ms, us, ns

    var nanoseconds: Double {
      switch self {
      case .s: 1e9
      case .ms: 1e6
      case .us: 1e3
      case .ns: 1
      }
    }
  }

  /// When each inference began, counted from any moment. Without it, each begins as the one before ends.
  public var time: Column?
  public var latency: Column

  public init(time: Column? = nil, latency: Column) {
    self.time = time
    self.latency = latency
  }
}
