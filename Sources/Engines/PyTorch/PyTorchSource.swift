import AssayCore

/// What the sources in a package say of its model. The library itself tells neither the types nor the shapes of its tensors.
///
/// AOTInductor writes a line for each fact, and these are what it reads:
///
///     int32_t arg0_1_expected_dtype = aoti_torch_dtype_float32();
///     if (4 != arg0_1_size[1]) {
///     … assert_size_stride(arg0_1, {s77, 4L}, {4L, 1L}, "input"); …
///     … aoti_torch_empty_strided(2, int_array_2, int_array_3, cached_torch_dtype_float32, …, &buf1_handle));
///     output_handles[0] = buf1.release();
///     #pragma omp parallel num_threads(2)
package struct PyTorchSource: Sendable {
  package struct Input {
    var type: String?
    /// -1 for a dynamic dimension; `nil` where the source does not say.
    var shape: [Int]?
    /// -1 for what depends on a dynamic dimension.
    var strides: [Int]?
    /// Sizes by axis, as they are checked one by one.
    var sizes: [Int: Int] = [:]
  }

  package private(set) var inputs: [String: Input] = [:]
  /// The numbers of threads that loops are compiled for.
  private(set) var threads: Set<Int> = []
  private var outputs: [Int: String] = [:]
  private var types: [String: String] = [:]
  private var origins: [String: String] = [:]

  init(_ texts: [String]) {
    for text in texts {
      for line in text.split(separator: "\n") { read(line) }
    }
  }

  package func shape(of name: String) -> [Int]? {
    guard let input = inputs[name] else { return nil }
    guard input.shape == nil, let last = input.sizes.keys.max() else { return input.shape }
    return (0...last).map { input.sizes[$0] ?? -1 }
  }

  /// The name of an output's type; `nil` where it cannot be followed to the line that makes it.
  package func type(ofOutput index: Int) -> String? {
    var name = outputs[index]
    for _ in 0..<Self.longestChain {
      guard let next = name else { return nil }
      if let type = types[next] ?? inputs[next]?.type { return type }
      name = origins[next]
    }
    return nil
  }

  private static let longestChain = 1000
  /// Of PyTorch's tensors.
  private static let highestRank = 64

  private mutating func read(_ line: Substring) {
    if let (before, after) = line.halves(around: "_expected_dtype = aoti_torch_dtype_") {
      inputs[String(before.lastWord), default: Input()].type = String(after.firstWord)
    } else if let (_, after) = line.halves(around: "assert_size_stride("), after.contains("\"input\"") {
      let groups = after.bracedNumbers
      guard groups.count == 2 else { return }
      let name = String(after.firstWord)
      inputs[name, default: Input()].shape = groups[0]
      inputs[name, default: Input()].strides = groups[1]
    } else if let (before, after) = line.halves(around: "_size["), let (_, number) = before.halves(around: "if (") {
      let words = number.split(separator: " ")
      guard words.count == 3, words[1] == "!=", let size = Int(words[0]), let axis = Int(after.firstWord),
        axis < Self.highestRank
      else { return }
      inputs[String(words[2]), default: Input()].sizes[axis] = size
    } else if let (_, after) = line.halves(around: "output_handles["), let (_, value) = after.halves(around: "] = ") {
      let source = value.halves(around: "reinterpret_tensor_wrapper(")?.1 ?? value
      if let index = Int(after.firstWord) { outputs[index] = String(source.firstWord) }
    } else if let (_, after) = line.halves(around: "cached_torch_dtype_"), let (_, name) = after.halves(around: "&"),
      let (buffer, _) = name.halves(around: "_handle")
    {
      types[String(buffer)] = String(after.firstWord)
    } else if let (before, after) = line.halves(around: " = std::move(") {
      origins[String(before.lastWord)] = String(after.firstWord)
    } else if let (_, after) = line.halves(around: "omp parallel num_threads("), let count = Int(after.firstWord) {
      threads.insert(count)
    }
  }
}

extension Substring {
  /// What stands before and after the first occurrence of a text.
  fileprivate func halves(around text: String) -> (Substring, Substring)? {
    // Most lines have none of the texts; comparing bytes is a hundred times faster than comparing characters.
    let (line, pattern) = (utf8, text.utf8)
    var start = line.startIndex
    while let found = line[start...].firstIndex(of: pattern[pattern.startIndex]) {
      if line[found...].starts(with: pattern) {
        return (self[..<found], self[line.index(found, offsetBy: pattern.count)...])
      }
      start = line.index(after: found)
    }
    return nil
  }

  private static func isOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  fileprivate var firstWord: Substring { prefix(while: Self.isOfWord) }

  fileprivate var lastWord: Substring {
    guard let end = lastIndex(where: { !Self.isOfWord($0) }) else { return self }
    return self[index(after: end)...]
  }

  /// The lists in braces; -1 for what is no number.
  fileprivate var bracedNumbers: [[Int]] {
    split(separator: "{").dropFirst().compactMap { part in
      guard let end = part.firstIndex(of: "}") else { return nil }
      var (items, depth): ([Substring], Int) = ([], 0)
      var start = part.startIndex
      for index in part[..<end].indices {
        switch part[index] {
        case "(": depth += 1
        case ")": depth -= 1
        case "," where depth == 0:
          items.append(part[start..<index])
          start = part.index(after: index)
        default: break
        }
      }
      items.append(part[start..<end])
      return items.map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }.map { item in
        let digits = item.hasSuffix("LL") ? item.dropLast(2) : item.hasSuffix("L") ? item.dropLast() : item[...]
        return Int(digits) ?? -1
      }
    }
  }
}
