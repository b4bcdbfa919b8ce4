import AssayCore

/// Puts the samples of all parts of a log on one time axis, and merges samples if there are too many.
struct SeriesBuilder {
  private let maximumSamples: Int
  private var series = TelemetrySeries()
  private var rows: [String: Int] = [:]
  /// The row in the series of each column of the current part; `nil` without a readable part.
  private var columns: [Int]?
  /// Seconds to add to the times of the part.
  private var shift = 0.0
  private var lastSeconds = -Double.infinity
  private var partHasSamples = false
  private var sample: [Double] = []

  /// The number of samples that are merged into one.
  private var stride = 1
  private var pending: [PendingMean] = []
  private var pendingCount = 0
  private var pendingSeconds = 0.0

  init(maximumSamples: Int) {
    self.maximumSamples = maximumSamples
  }

  /// - Parameter part: `nil` if its header is damaged: the columns of its samples are then unknown.
  mutating func begin(_ part: LogPart?) {
    partHasSamples = false
    guard let header = part?.header, let origin = part?.origin else {
      columns = nil
      countDamage()
      return
    }
    shift = header.offset - origin
    if header.offset > 0 {
      series.events.append(
        TelemetryEvent(seconds: header.offset, kind: .resumed, detail: "the run went on (\(header.started))"))
    }
    columns = header.sensors.map { row(of: $0) }
    for missing in header.unavailable {
      series.unavailable.removeAll { $0.name == missing.name }
      series.unavailable.append(missing)
    }
  }

  mutating func add(_ event: TelemetryEvent) {
    series.events.append(TelemetryEvent(seconds: event.seconds + shift, kind: event.kind, detail: event.detail))
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
    if stride == 1 {
      append(time, columns)
    } else {
      collect(time, columns)
    }
    if series.seconds.count >= maximumSamples { halve() }
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
    if pendingCount == stride { flush() }
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
    stride *= 2
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
