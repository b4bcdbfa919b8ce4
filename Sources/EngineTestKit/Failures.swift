import AssayCore
import Platform

/// What a case found wrong, in sentences.
struct Failures {
  private(set) var sentences: [String] = []

  mutating func expect(_ condition: Bool, _ failure: @autoclosure () -> String) {
    if !condition { sentences.append(failure()) }
  }

  mutating func expectEqual<Value: Equatable>(_ value: Value, _ expected: Value, _ what: String) {
    expect(value == expected, "\(what) is \(value), expected \(expected)")
  }

  /// Expects an error of one of some kinds, whose text names what the user must know.
  mutating func expectError(
    _ codes: Set<AssayError.Code>, naming words: [String] = [], of what: String, _ body: () throws(AssayError) -> Void
  ) {
    do {
      try body()
      sentences.append("\(what): no error")
    } catch {
      expect(codes.contains(error.code), "\(what): the error is \(error.code.rawValue) (\(error))")
      for word in words where !error.description.contains(word) {
        sentences.append("\(what): the error does not name '\(word)': \(error)")
      }
    }
  }

  private static let hasBfloat16 =
    (try? FileDescriptor.contents(of: "/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self).contains("bf16") }
    == true

  /// Compares an output with what is expected: integers exactly, float32 and float64 within 1e-5 and float16 within 1e-2 of the
  /// largest value, since engines add in different orders. A processor with bfloat16 instructions gets 1e-2 for float32 too, because
  /// OpenVINO uses them by default.
  mutating func expectValues(_ values: [Double], _ expected: [Double], of tensor: TensorSpec, _ what: String) {
    guard values.count == expected.count else {
      return sentences.append("\(what): \(tensor.name) has \(values.count) elements, expected \(expected.count)")
    }
    let largest = expected.map(abs).max() ?? 0
    let tolerance =
      switch tensor.type {
      case .float16, .bfloat16: 1e-2 * largest
      case .float32 where Self.hasBfloat16: 1e-2 * largest
      case .float32, .float64: 1e-5 * largest
      default: 0.0
      }
    // Written so that NaN is a difference.
    let different = values.indices.filter { !(abs(values[$0] - expected[$0]) <= tolerance) }
    guard let first = different.first else { return }
    sentences.append(
      "\(what): \(different.count) of \(values.count) elements of \(tensor.name) differ, the first at \(first): "
        + "\(values[first]), expected \(expected[first])")
  }
}
