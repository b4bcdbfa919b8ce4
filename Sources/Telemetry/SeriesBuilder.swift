import AssayCore

/// Puts the samples of all parts of a log on one time axis, and merges samples if there are too many.
struct SeriesBuilder {
  private let maximumSamples: Int
  /// Of all sensors together.
  private let maximumValues: Int
  /// More than any machine has.
  private static let maximumSensors = 1 << 17
  /// Up to twice as many are held.
  private static let maximumEvents = 5000

  private var series = TelemetrySeries()
  private var rows: [String: Int] = [:]
  /// The place of each unavailable sensor.
  private var unavailable: [String: Int] = [:]
  /// Of this many events, one is kept.
  private var eventStride = 1
  /// The row in the series of each column of the current part; `nil` without a readable part.
  private var columns: [Int]?
  /// Seconds to add to the times of the part.
  private var shift = 0.0
  private var lastSeconds = -Double.infinity
  private var partHasSamples = false
  private var sample: [Double] = []

  /// The number of samples that are merged into one.
  private var sampleStride = 1
  private var pending: [PendingMean] = []
  private var pendingCount = 0
  private var pendingSeconds = 0.0

  init(maximumSamples: Int, maximumValues: Int) {
    self.maximumSamples = maximumSamples
    self.maximumValues = maximumValues
  }

  /// - Parameter origin: when its measurement began, in seconds since its recording did.
  mutating func begin(_ header: TelemetryLogHeader, origin: Double) {
    guard series.sensors.count + header.sensors.count <= Self.maximumSensors,
      series.unavailable.count + header.unavailable.count <= Self.maximumSensors
    else { return beginUnknown() }
    partHasSamples = false
    shift = header.offset - origin
    if header.offset > 0 {
      keep(TelemetryEvent(seconds: header.offset, kind: .resumed, detail: "the run went on (\(header.started))"))
    }
    columns = header.sensors.map { row(of: $0) }
    flush()
    while series.seconds.count > 1, isFull { halve() }
    for missing in header.unavailable {
      if let place = unavailable[missing.name] {
        series.unavailable[place] = missing
      } else {
        unavailable[missing.name] = series.unavailable.count
        series.unavailable.append(missing)
      }
    }
  }

  /// A part whose header is damaged, so that the columns of its samples are unknown.
  mutating func beginUnknown() {
    partHasSamples = false
    columns = nil
    countDamage()
  }

  mutating func add(_ event: TelemetryEvent) {
    keep(TelemetryEvent(seconds: event.seconds + shift, kind: event.kind, detail: event.detail))
  }

  private mutating func keep(_ event: TelemetryEvent) {
    defer { series.eventCount += 1 }
    guard series.eventCount.isMultiple(of: eventStride) else { return }
    series.events.append(event)
    guard series.events.count > 2 * Self.maximumEvents else { return }
    series.events = stride(from: 0, to: series.events.count, by: 2).map { series.events[$0] }
    eventStride *= 2
  }

  mutating func countDamage() {
    series.damagedLines += 1
  }

  /// - Parameter line: an array: the seconds, then one value for each column.
  mutating func addSample(_ line: UnsafeRawBufferPointer) {
    guard let columns, let seconds = NumberLine.parse(line, into: &sample), sample.count == columns.count,
      canBe(columns)
    else { return countDamage() }
    let time = seconds + shift
    guard time > lastSeconds else {
      // Samples from before a resumed measurement overlap with the end of the previous part.
      if partHasSamples { countDamage() }
      return
    }
    lastSeconds = time
    partHasSamples = true
    if sampleStride == 1 {
      append(time, columns)
    } else {
      collect(time, columns)
    }
    if isFull, series.seconds.count > 1 { halve() }
  }

  private var isFull: Bool {
    series.seconds.count >= maximumSamples || series.seconds.count * series.sensors.count > maximumValues
  }

  /// Whether the recorder could have written each value.
  private func canBe(_ columns: [Int]) -> Bool {
    zip(columns, sample).allSatisfy { $1.isNaN || series.sensors[$0].quantity.plausible.contains($1) }
  }

  mutating func finish() -> TelemetrySeries {
    flush()
    series.events.sort { $0.seconds < $1.seconds }
    return series
  }

  private mutating func row(of sensor: Sensor) -> Int {
    if let row = rows[sensor.id] { return row }
    let row = series.sensors.count
    rows[sensor.id] = row
    series.sensors.append(sensor)
    series.values.append(Array(repeating: nil, count: series.seconds.count))
    pending.append(PendingMean(isFlag: sensor.quantity == .throttled))
    return row
  }

  private mutating func append(_ time: Double, _ columns: [Int]) {
    series.seconds.append(time)
    for row in series.values.indices { series.values[row].append(nil) }
    let last = series.seconds.count - 1
    for (column, row) in columns.enumerated() where !sample[column].isNaN { series.values[row][last] = sample[column] }
  }

  private mutating func collect(_ time: Double, _ columns: [Int]) {
    for (column, row) in columns.enumerated() where !sample[column].isNaN { pending[row].add(sample[column]) }
    pendingSeconds = time
    pendingCount += 1
    if pendingCount == sampleStride { flush() }
  }

  private mutating func flush() {
    guard pendingCount > 0 else { return }
    pendingCount = 0
    series.seconds.append(pendingSeconds)
    for row in series.values.indices { series.values[row].append(pending[row].take()) }
  }

  /// Merges pairs of samples.
  private mutating func halve() {
    let pairs = series.seconds.count / 2
    let rest = series.seconds.count % 2
    sampleStride *= 2
    series.seconds = (0..<pairs).map { series.seconds[2 * $0 + 1] } + series.seconds.suffix(rest)
    for row in series.values.indices {
      var mean = pending[row]
      let values = series.values[row]
      series.values[row] =
        (0..<pairs).map { pair in
          for value in [values[2 * pair], values[2 * pair + 1]] { value.map { mean.add($0) } }
          return mean.take()
        } + values.suffix(rest)
    }
  }
}

/// The mean of some values, or for flags whether any is raised.
private struct PendingMean {
  let isFlag: Bool
  private var sum = 0.0
  private var count = 0.0

  init(isFlag: Bool) {
    self.isFlag = isFlag
  }

  mutating func add(_ value: Double) {
    sum = isFlag ? max(sum, value) : sum + value
    count += 1
  }

  mutating func take() -> Double? {
    defer { (sum, count) = (0, 0) }
    return count == 0 ? nil : isFlag ? sum : sum / count
  }
}
