/// How the samples of one axis weigh in each of some outputs along it: Pillow's triangle filter, widened by the factor that the
/// axis shrinks by, in fixed point (`precompute_coeffs` and `normalize_coeffs_8bpc` of its Resample.c).
struct AxisWeights {
  /// Fractional bits of a weight: what 32 bits leave of 8 for a sample and 2 for overflow.
  static let precision: Int32 = 32 - 8 - 2

  /// The samples that one output is made of, and where their weights stand.
  struct Window {
    let firstSample: Int
    let count: Int
    let firstWeight: Int
  }

  private(set) var windows: [Window] = []
  private(set) var weights: [Int32] = []

  /// The samples that any of the outputs needs. Windows move in one direction.
  var samples: Range<Int> {
    guard let first = windows.first, let last = windows.last else { return 0..<0 }
    return first.firstSample..<last.firstSample + last.count
  }

  /// Replaces the weights by those of `outputs`, of `outputSize` that an axis of `sampleCount` samples is resampled to.
  ///
  /// The operations and their order are Pillow's, since the last bit of a weight can decide how a grey level is rounded.
  mutating func compute(sampleCount: Int, outputSize: Int, outputs: Range<Int>) {
    windows.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    let scale = Double(sampleCount) / Double(outputSize)
    let support = max(scale, 1)
    let inverseSupport = 1 / support
    for output in outputs {
      let center = (Double(output) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), sampleCount)
      windows.append(Window(firstSample: first, count: end - first, firstWeight: weights.count))
      let triangle = { (sample: Int) in
        max(1 - abs((Double(sample) - center + 0.5) * inverseSupport), 0)
      }
      let sum = (first..<end).reduce(0.0) { $0 + triangle($1) }
      for sample in first..<end {
        weights.append(Int32(0.5 + triangle(sample) / sum * Double(1 << Self.precision)))
      }
    }
  }
}
