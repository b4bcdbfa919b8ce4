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
  /// Records that were found in each window: those before the first that is not there.
  private var counts: [Int: Int] = [:]

  /// No disk holds a longer log. A file with holes may claim any length.
  private static let longestFile = 1 << 50
  /// Records that are looked at in one read.
  private static let chunkCount = 1 << 11

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
    let end = (min(Int(status.st_size), Self.longestFile) - RecordLayout.headerSize + size - 1) / size
    var window = allKnown
    while window < end {
      defer { window += 1 }
      guard !known.contains(window) else { continue }
      guard let first = record(window: window, slot: 0) else {
        window = max(window, nextData(after: window) - 1)
        continue
      }
      known.insert(window)
      add(window, to: first.stream)
    }
    while known.remove(allKnown) != nil { allKnown += 1 }
  }

  /// In order; mostly it is the last.
  private mutating func add(_ window: Int, to stream: UInt32) {
    var own = byStream.removeValue(forKey: stream) ?? []
    let place = own.last.map { $0 < window } ?? true ? own.count : own.firstIndex { $0 > window } ?? own.count
    own.insert(window, at: place)
    byStream[stream] = own
  }

  /// The first window after this one in which the file has more than a hole; the very next where the file system cannot tell.
  private func nextData(after window: Int) -> Int {
    // SEEK_DATA, which the C library does not declare by default.
    let offset = lseek(descriptor, off_t(self.offset(window: window + 1, slot: 0)), 3)
    guard offset >= 0 else { return errno == ENXIO ? .max : window + 1 }
    return max((Int(offset) - RecordLayout.headerSize) / size, window + 1)
  }

  /// A record that is there.
  func record(window: Int, slot: Int) -> StreamRecord? {
    var record = StreamRecord(start: 0, duration: 0, stream: 0)
    let got = pread(
      descriptor, &record, RecordLayout.streamRecordSize, off_t(offset(window: window, slot: slot)))
    return got == RecordLayout.streamRecordSize && record.stream != 0 ? record : nil
  }

  /// The number of records in a window, as a reader finds them: a power cut may have lost some in the middle, and the reader ends there.
  mutating func count(_ window: Int) -> Int {
    var count = counts[window] ?? 0
    while count < capacity {
      let wanted = min(capacity - count, Self.chunkCount)
      let found = records(window: window, slot: count, wanted)
      count += found
      if found < wanted { break }
    }
    counts[window] = count
    return count
  }

  /// How many records there are from a slot on without a gap, at most so many.
  private func records(window: Int, slot: Int, _ wanted: Int) -> Int {
    withUnsafeTemporaryAllocation(of: StreamRecord.self, capacity: wanted) { buffer in
      let place = off_t(offset(window: window, slot: slot))
      let got = pread(descriptor, buffer.baseAddress, wanted * RecordLayout.streamRecordSize, place)
      let whole = max(0, got) / RecordLayout.streamRecordSize
      return (0..<whole).first { buffer[$0].stream == 0 } ?? whole
    }
  }

  mutating func count() -> Int { byStream.values.joined().reduce(0) { $0 + count($1) } }
}
