import Glibc

/// Names in the order of their bytes, without an object for each: a hundred thousand take a few megabytes.
struct NameList {
  /// Every name ends with a zero.
  private var bytes: [UInt8] = []
  private var starts: [UInt32] = []

  var count: Int { starts.count }
  var isEmpty: Bool { starts.isEmpty }

  /// False if the list is full, at 4 GiB.
  mutating func append(_ name: String) -> Bool {
    guard let start = UInt32(exactly: bytes.count) else { return false }
    starts.append(start)
    bytes.append(contentsOf: name.utf8)
    bytes.append(0)
    return true
  }

  mutating func sort() {
    // A local, because `bytes` is read while the order changes.
    var order = starts
    starts = []
    bytes.withUnsafeBufferPointer { bytes in
      order.sort { Self.compare(bytes, Int($0), Int($1)) < 0 }
    }
    starts = order
  }

  /// The name at an index of the sorted list.
  subscript(index: Int) -> String {
    let start = Int(starts[index])
    return String(decoding: bytes[start...].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The index of a name in the sorted list; `nil` if it is not in it.
  func index(of name: some StringProtocol) -> Int? {
    let low = place(of: name)
    guard low < count, bytes[Int(starts[low])...].prefix(while: { $0 != 0 }).elementsEqual(name.utf8) else {
      return nil
    }
    return low
  }

  /// The indices of the names in the sorted list that begin with a text.
  func indices(withPrefix text: String) -> Range<Int> {
    let low = place(of: text)
    var high = low
    while high < count, bytes[Int(starts[high])...].starts(with: text.utf8) { high += 1 }
    return low..<high
  }

  /// The index of the first name that does not stand before a text.
  private func place(of name: some StringProtocol) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let entry = bytes[Int(starts[middle])...].prefix { $0 != 0 }
      if entry.lexicographicallyPrecedes(name.utf8) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func compare(_ bytes: UnsafeBufferPointer<UInt8>, _ one: Int, _ other: Int) -> Int32 {
    guard let base = bytes.baseAddress else { return 0 }
    return strcmp(
      UnsafeRawPointer(base + one).assumingMemoryBound(to: CChar.self),
      UnsafeRawPointer(base + other).assumingMemoryBound(to: CChar.self))
  }
}
