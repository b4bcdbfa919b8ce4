import Glibc

/// The windows of a log of several streams, by stream, as far as they have records.
struct StreamWindows {
  /// The indices of each stream's windows, in order of time.
  private(set) var byStream: [UInt32: [Int]] = [:]

  private let descriptor: Int32
  private let size: Int
  /// Windows whose stream is known.
  private var known = Set<Int>()
  /// All windows below this are known.
  private var allKnown = 0
  private var full = Set<Int>()

  init(_ descriptor: Int32, size: Int) {
    self.descriptor = descriptor
    self.size = size
  }

  /// Records that a window has room for.
  var capacity: Int { size / RecordLayout.streamRecordSize }

  func offset(window: Int, slot: Int) -> Int {
    RecordLayout.headerSize + window * size + slot * RecordLayout.streamRecordSize
  }

  /// Looks for windows that have records now. A stream may have taken a window and have no record in it yet.
  mutating func refresh() {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    let end = max(0, (Int(status.st_size) - RecordLayout.headerSize + size - 1) / size)
    for window in allKnown..<max(allKnown, end) where !known.contains(window) {
      guard let first = record(window: window, slot: 0) else { continue }
      known.insert(window)
      let place = byStream[first.stream]?.firstIndex { $0 > window }
      byStream[first.stream, default: []].insert(window, at: place ?? byStream[first.stream]?.count ?? 0)
    }
    while known.remove(allKnown) != nil { allKnown += 1 }
  }

  /// A record that is there.
  func record(window: Int, slot: Int) -> StreamRecord? {
    var record = StreamRecord(start: 0, duration: 0, stream: 0)
    let got = pread(
      descriptor, &record, RecordLayout.streamRecordSize, off_t(offset(window: window, slot: slot)))
    return got == RecordLayout.streamRecordSize && record.stream != 0 ? record : nil
  }

  /// The number of records in a window.
  mutating func count(_ window: Int) -> Int {
    if full.contains(window) { return capacity }
    var (low, high) = (0, capacity)
    // Mostly all or nearly none are there.
    if record(window: window, slot: capacity - 1) != nil {
      full.insert(window)
      return capacity
    }
    while low < high {
      let middle = (low + high) / 2
      if record(window: window, slot: middle) != nil { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func count() -> Int { byStream.values.joined().reduce(0) { $0 + count($1) } }
}
