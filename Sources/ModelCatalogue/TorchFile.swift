package import AssayCore
import ModelFiles

/// The tensors of a state dictionary that PyTorch before 1.6 has saved: five pickles, then the numbers of each storage.
///
/// Nothing of it is unpickled. A machine without objects follows the stack, and knows of each value only what a tensor needs: texts, integers,
/// tuples of integers, storages. Whatever else the pickle makes is forgotten at once, so that no file makes it nest, run or grow.
package struct TorchFile {
  package struct Tensor: Hashable, Sendable {
    package let name: String
    package let shape: [Int]
    fileprivate let strides: [Int]
    fileprivate let storage: String
    /// Into the storage, in elements.
    fileprivate let offset: Int
  }

  /// In the order of the file.
  package let tensors: [Tensor]
  private let storages: [String: UnsafeRawBufferPointer]

  /// - Parameter bytes: must outlive it.
  /// - Throws: `.badData` for anything else than such a file.
  package init(_ bytes: UnsafeRawBufferPointer) throws(AssayError) {
    var scanner = PickleScanner(ByteReader(bytes: bytes))
    for _ in 0..<3 { try scanner.readPickle() }
    guard scanner.isMarked else { throw Self.damaged }
    try scanner.readPickle()
    let found = scanner.tensors
    let types = scanner.storages
    try scanner.readPickle()
    var (storages, position) = ([String: UnsafeRawBufferPointer](), scanner.position)
    for key in scanner.listed {
      guard let size = types[key],
        let count = scanner.reader.integer(Int64.self, at: position).flatMap(Int.init(exactly:)),
        count >= 0, let (length, overflow) = Optional(count.multipliedReportingOverflow(by: size)), !overflow,
        let content = scanner.reader.slice(position + 8, count: length)
      else { throw Self.damaged }
      storages[key] = content.bytes
      position += 8 + length
    }
    tensors = found
    self.storages = storages
  }

  /// The numbers of a tensor of float32, in the order of its shape.
  ///
  /// - Throws: `.badData` if they do not lie in its storage.
  package func floats(of tensor: Tensor) throws(AssayError) -> [Float] {
    guard let storage = storages[tensor.storage], let last = tensor.last, last < storage.count / 4 else {
      throw Self.damaged
    }
    let reader = ByteReader(bytes: storage)
    let (shape, strides) = (tensor.shape, tensor.strides)
    var index = [Int](repeating: 0, count: shape.count)
    var place = tensor.offset
    return (0..<shape.reduce(1, *)).map { _ in
      let bits = reader.integer(UInt32.self, at: 4 * place) ?? 0
      for axis in index.indices.reversed() {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        index[axis] = 0
      }
      return Float(bitPattern: bits)
    }
  }

  static let damaged = AssayError(
    .badData, "The file of weights is damaged, or not one that PyTorch before 1.6 has saved.")
}

extension TorchFile.Tensor {
  /// The place of its last element; `nil` where sizes or places are impossible.
  fileprivate var last: Int? {
    guard shape.count == strides.count, offset >= 0, shape.allSatisfy({ $0 > 0 }), strides.allSatisfy({ $0 >= 0 })
    else {
      return nil
    }
    var (last, count) = (offset, 1)
    for (size, stride) in zip(shape, strides) {
      let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, isTooFar) = last.addingReportingOverflow(step)
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: size)
      guard !overflow, !isTooFar, !isTooLarge else { return nil }
      (last, count) = (sum, product)
    }
    // Strides of 0 could make a large tensor of few numbers.
    return count <= last - offset + 1 ? last : nil
  }

  fileprivate init(name: String, _ arguments: PickleScanner.Rebuild) {
    self.init(
      name: name, shape: arguments.shape, strides: arguments.strides, storage: arguments.storage,
      offset: arguments.offset)
  }
}

/// Follows pickles of protocol 2 (pickletools of CPython describes the operations).
struct PickleScanner {
  /// The arguments that rebuild a tensor.
  struct Rebuild {
    let storage: String
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  private enum Value {
    case text(String)
    case integer(Int)
    case integers([Int])
    case global(String)
    case storage(String)
    case rebuild(Rebuild)
    case tensor(Rebuild)
    case mark
    case other
  }

  let reader: ByteReader
  private(set) var position = 0
  /// All tensors that stand in a dictionary under a name.
  private(set) var tensors: [TorchFile.Tensor] = []
  /// Bytes of an element, by key.
  private(set) var storages: [String: Int] = [:]
  /// The texts that the last pickle has put into a list.
  private(set) var listed: [String] = []
  /// Whether the first pickle was PyTorch's magic number.
  private(set) var isMarked = false

  private var stack: [Value] = []
  private var memo: [Int: Value] = [:]

  /// More than a network of thousands of layers needs.
  private static let mostOperations = 1_000_000
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
  private static let elementSizes = [
    "torch FloatStorage": 4, "torch LongStorage": 8, "torch IntStorage": 4, "torch HalfStorage": 2,
    "torch DoubleStorage": 8, "torch ByteStorage": 1, "torch BoolStorage": 1,
  ]

  init(_ reader: ByteReader) { self.reader = reader }

  /// Reads up to the end of one pickle.
  mutating func readPickle() throws(AssayError) {
    (stack, memo, listed) = ([], [:], [])
    for _ in 0..<Self.mostOperations {
      guard let code = next(UInt8.self) else { break }
      if code == UInt8(ascii: ".") { return }
      guard step(code) else { break }
    }
    throw TorchFile.damaged
  }

  /// - Returns: whether the operation is known and whole.
  private mutating func step(_ code: UInt8) -> Bool {
    switch code {
    case 0x80: return next(UInt8.self) == 2
    case UInt8(ascii: "("): stack.append(.mark)
    case UInt8(ascii: ")"): stack.append(.integers([]))
    case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "N"), 0x88, 0x89: stack.append(.other)
    case UInt8(ascii: "K"): return push(next(UInt8.self).map { .integer(Int($0)) })
    case UInt8(ascii: "M"): return push(next(UInt16.self).map { .integer(Int($0)) })
    case UInt8(ascii: "J"): return push(next(Int32.self).map { .integer(Int($0)) })
    case 0x8a: return pushLong()
    case UInt8(ascii: "X"): return push(next(UInt32.self).flatMap { text(Int($0)) }.map { .text($0) })
    case UInt8(ascii: "c"): return push(line().flatMap { module in line().map { .global("\(module) \($0)") } })
    case UInt8(ascii: "q"): return remember(next(UInt8.self).map { Int($0) })
    case UInt8(ascii: "r"): return remember(next(UInt32.self).map { Int($0) })
    case UInt8(ascii: "h"): return push(next(UInt8.self).flatMap { memo[Int($0)] })
    case UInt8(ascii: "j"): return push(next(UInt32.self).flatMap { memo[Int($0)] })
    case 0x85, 0x86, 0x87: return tuple(pop(Int(code) - 0x84))
    case UInt8(ascii: "t"): return tuple(popToMark())
    case UInt8(ascii: "Q"): return pushStorage()
    case UInt8(ascii: "R"): return reduce()
    case UInt8(ascii: "b"): return pop(1) != nil
    case UInt8(ascii: "s"): return set(pop(2))
    case UInt8(ascii: "u"): return set(popToMark())
    case UInt8(ascii: "e"): return list(popToMark())
    default: return false
    }
    return true
  }

  // MARK: Operations

  private mutating func remember(_ place: Int?) -> Bool {
    guard let place, let top = stack.last else { return false }
    memo[place] = top
    return true
  }

  private mutating func pushLong() -> Bool {
    guard let count = next(UInt8.self), let digits = reader.slice(position, count: Int(count)) else { return false }
    isMarked = isMarked || digits.bytes.elementsEqual(Self.magic)
    position += Int(count)
    stack.append(.other)
    return true
  }

  /// A persistent id: `("storage", type, key, device, count, view)`.
  private mutating func pushStorage() -> Bool {
    guard case .storage(let key)? = stack.popLast() else { return false }
    return push(.storage(key))
  }

  private mutating func tuple(_ items: [Value]?) -> Bool {
    guard let items else { return false }
    let integers = items.compactMap { if case .integer(let number) = $0 { number } else { nil } }
    if integers.count == items.count { return push(.integers(integers)) }
    if items.count == 6, case (.text("storage"), .global(let type), .text(let key)) = (items[0], items[1], items[2]) {
      guard let size = Self.elementSizes[type] else { return false }
      storages[key] = size
      return push(.storage(key))
    }
    if items.count >= 4, case .storage(let key) = items[0], case .integer(let offset) = items[1],
      case .integers(let shape) = items[2], case .integers(let strides) = items[3]
    {
      return push(.rebuild(Rebuild(storage: key, offset: offset, shape: shape, strides: strides)))
    }
    return push(.other)
  }

  /// A call: of the one function that rebuilds a tensor, or of something that is forgotten.
  private mutating func reduce() -> Bool {
    guard let parts = pop(2) else { return false }
    if case (.global("torch._utils _rebuild_tensor_v2"), .rebuild(let rebuild)) = (parts[0], parts[1]) {
      return push(.tensor(rebuild))
    }
    return push(.other)
  }

  private mutating func set(_ items: [Value]?) -> Bool {
    guard let items, items.count.isMultiple(of: 2), !stack.isEmpty else { return false }
    for index in stride(from: 0, to: items.count, by: 2) {
      if case (.text(let name), .tensor(let rebuild)) = (items[index], items[index + 1]) {
        tensors.append(TorchFile.Tensor(name: name, rebuild))
      }
    }
    return true
  }

  private mutating func list(_ items: [Value]?) -> Bool {
    guard let items, !stack.isEmpty else { return false }
    listed += items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    return true
  }

  // MARK: The stack and the bytes

  private mutating func push(_ value: Value?) -> Bool {
    guard let value else { return false }
    stack.append(value)
    return true
  }

  private mutating func pop(_ count: Int) -> [Value]? {
    guard stack.count >= count else { return nil }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() -> [Value]? {
    let mark = stack.lastIndex { if case .mark = $0 { true } else { false } }
    guard let mark else { return nil }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[(mark + 1)...])
  }

  private mutating func next<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
    guard let number = reader.integer(type, at: position) else { return nil }
    position += MemoryLayout<Number>.size
    return number
  }

  private mutating func text(_ count: Int) -> String? {
    guard let content = reader.slice(position, count: count) else { return nil }
    position += count
    return String(validating: content.bytes, as: UTF8.self)
  }

  private mutating func line() -> String? {
    let end = reader.bytes[position...].prefix(200).firstIndex(of: UInt8(ascii: "\n"))
    guard let end, let text = text(end - position) else { return nil }
    position = end + 1
    return text
  }
}
