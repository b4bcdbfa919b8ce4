import CEngineAPIs

/// What the library reports, kept for error messages instead of being printed.
final class TFLiteMessages: Sendable {
  // The library writes here on the thread that calls it, which is the thread that reads.
  nonisolated(unsafe) let pointer: UnsafeMutablePointer<AssayTFLiteMessages>

  init() {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: AssayTFLiteMessages())
  }

  deinit { pointer.deallocate() }

  /// The messages since the last call, on one line; `nil` without any.
  func take() -> String? {
    let bytes = withUnsafeBytes(of: &pointer.pointee.text) { Array($0.prefix(pointer.pointee.count)) }
    pointer.pointee.count = 0
    var lines: [String] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      // "tensorflow/lite/kernels/gather.cc:158 …": the position in the library's sources helps no user. Nor does the link to a guide.
      let isPosition = line.prefix { $0 != " " }.contains(".cc:")
      let text = isPosition ? line.drop { $0 != " " }.dropFirst() : line
      if !text.hasPrefix("See instructions: ") && lines.last != String(text) { lines.append(String(text)) }
    }
    let text = lines.map { $0.last.map { ".!?".contains($0) } == true ? $0 : $0 + "." }.joined(separator: " ")
    return text.isEmpty ? nil : text
  }
}
