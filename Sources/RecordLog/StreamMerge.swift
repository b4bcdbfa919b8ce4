import AssayCore
import Glibc

/// Reads the records of several streams as one sequence, in the order in which they were due, in bounded memory.
struct StreamMerge {
  private let descriptor: Int32
  private let path: String
  private let windows: StreamWindows
  private var streams: [Stream]
  /// Streams that have a record, as a heap: the one whose record was due first comes first.
  private var heap: [Entry] = []
  /// Records to read ahead of each stream.
  private let held: Int

  /// Records that are held of all streams together.
  private static let heldCount = 1 << 15
  private static let smallestHeld = 8

  /// One stream, and its records that were read ahead.
  private struct Stream {
    let number: UInt32
    let windows: [Int]
    /// Of the next record to read.
    var position: StreamPosition
    var records: [StreamRecord] = []
    var next = 0
  }

  private struct Entry {
    let scheduled: UInt64
    /// The index of the stream.
    let stream: Int

    func precedes(_ other: Entry) -> Bool {
      scheduled < other.scheduled || scheduled == other.scheduled && stream < other.stream
    }
  }

  init(_ windows: StreamWindows, descriptor: Int32, path: String, after position: RecordPosition) throws(AssayError) {
    self.descriptor = descriptor
    self.path = path
    self.windows = windows
    streams = windows.byStream.sorted { $0.key < $1.key }.map { number, windows in
      Stream(number: number, windows: windows, position: position.streams[number] ?? StreamPosition())
    }
    held = max(Self.heldCount / max(streams.count, 1), Self.smallestHeld)
    for index in streams.indices where try fill(index) {
      heap.append(entry(index))
      rise(heap.count - 1)
    }
  }

  /// Passes the records on to `body`, in chunks.
  ///
  /// - Returns: the place after the last of them.
  mutating func read(
    after position: RecordPosition, chunk: Int, _ body: (UnsafeBufferPointer<StreamRecord>) -> Void
  ) throws(AssayError) -> RecordPosition {
    var position = position
    var batch: [StreamRecord] = []
    batch.reserveCapacity(chunk)
    while let first = heap.first?.stream {
      batch.append(streams[first].records[streams[first].next])
      streams[first].next += 1
      var hasMore = streams[first].next < streams[first].records.count
      if !hasMore { hasMore = try fill(first) }
      if hasMore {
        heap[0] = entry(first)
      } else {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      sink()
      if batch.count == chunk || heap.isEmpty {
        batch.withUnsafeBufferPointer(body)
        position.count += batch.count
        batch.removeAll(keepingCapacity: true)
      }
    }
    for stream in streams { position.streams[stream.number] = stream.position }
    return position
  }

  private func entry(_ index: Int) -> Entry {
    Entry(scheduled: streams[index].records[streams[index].next].scheduled, stream: index)
  }

  /// Reads ahead in one stream.
  ///
  /// - Returns: whether it has a record.
  private mutating func fill(_ index: Int) throws(AssayError) -> Bool {
    while true {
      let (position, ownWindows) = (streams[index].position, streams[index].windows)
      guard position.window < ownWindows.count else { return false }
      let count = min(windows.capacity - position.slot, held)
      let found = count == 0 ? [] : try read(window: ownWindows[position.window], slot: position.slot, count)
      if !found.isEmpty {
        streams[index].records = found
        streams[index].next = 0
        streams[index].position.slot += found.count
        return true
      }
      // An earlier writer may have left a window before it was full; the newest may still get records.
      guard position.window + 1 < ownWindows.count else { return false }
      streams[index].position = StreamPosition(window: position.window + 1)
    }
  }

  /// The records from a slot on that are there.
  private func read(window: Int, slot: Int, _ count: Int) throws(AssayError) -> [StreamRecord] {
    let offset = off_t(windows.offset(window: window, slot: slot))
    var failure: Int32?
    let records = [StreamRecord](unsafeUninitializedCapacity: count) { buffer, filled in
      let got = pread(descriptor, buffer.baseAddress, count * RecordLayout.streamRecordSize, offset)
      if got < 0 { failure = errno }
      let whole = max(0, got) / RecordLayout.streamRecordSize
      filled = buffer[..<whole].firstIndex { $0.stream == 0 } ?? whole
    }
    if let failure {
      throw AssayError(.inputOutput, "Cannot read the record log \(path): \(String(cString: strerror(failure))).")
    }
    return records
  }

  private mutating func rise(_ place: Int) {
    var place = place
    while place > 0, heap[place].precedes(heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Moves the first of the heap down to its place.
  private mutating func sink() {
    var place = 0
    while true {
      var first = place
      for child in (2 * place + 1)...(2 * place + 2) where child < heap.count && heap[child].precedes(heap[first]) {
        first = child
      }
      if first == place { return }
      heap.swapAt(place, first)
      place = first
    }
  }
}
