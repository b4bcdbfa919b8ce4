import AssayCore
import CResampling
import Glibc

/// The fixed-point weights that resample one axis, as Pillow computes them: a filter, widened by the factor that the
/// axis shrinks by (`precompute_coeffs` and `normalize_coeffs_8bpc` in Resample.c).
struct AxisWeights {
  /// Fractional bits of a weight.
  static let precision = Int32(ASSAY_WEIGHT_PRECISION)

  /// For each output, the samples that it combines.
  private(set) var windows: [assay_window] = []
  private(set) var weights: [Int32] = []
  private var exact: [Double] = []

  /// All samples that the outputs need. Windows only move forwards, so the first and the last bound them.
  var samples: Range<Int> {
    guard let first = windows.first, let last = windows.last else { return 0..<0 }
    return Int(first.first_sample)..<Int(last.first_sample + last.count)
  }

  /// Computes the weights of `outputs` when `samples` are resampled to `outputSize`.
  ///
  /// The operations and their order are Pillow's: the last bit of a weight can decide how a grey level is rounded.
  mutating func compute(
    _ filter: PreprocessingChoice.Filter, samples: Range<Int>, outputSize: Int, outputs: Range<Int>
  ) {
    windows.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    let scale = Double(samples.count) / Double(outputSize)
    switch filter {
    case .nearest: pickNearest(samples, scale: scale, outputs: outputs)
    case .box: weigh(samples, scale: scale, outputs: outputs, support: 0.5, by: Kernel.box)
    case .bilinear: weigh(samples, scale: scale, outputs: outputs, support: 1, by: Kernel.triangle)
    case .bicubic: weigh(samples, scale: scale, outputs: outputs, support: 2, by: Kernel.cubic)
    case .lanczos: weigh(samples, scale: scale, outputs: outputs, support: 3, by: Kernel.lanczos)
    }
  }

  /// A window whose weights are appended next.
  private func window(from sample: Int, count: Int) -> assay_window {
    // Images have at most a million pixels a side.
    assay_window(first_sample: Int32(sample), count: Int32(count), first_weight: Int32(weights.count))
  }

  @inline(__always)
  private mutating func weigh(
    _ samples: Range<Int>, scale: Double, outputs: Range<Int>, support: Double, by kernel: (Double) -> Double
  ) {
    let widening = max(scale, 1)
    let support = support * widening
    let inverse = 1 / widening
    for output in outputs {
      let center = (Double(output) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), samples.count)
      windows.append(
        window(from: samples.lowerBound + first, count: end - first))
      exact.removeAll(keepingCapacity: true)
      for sample in first..<end { exact.append(kernel((Double(sample) - center + 0.5) * inverse)) }
      let sum = exact.reduce(0, +)
      for weight in exact {
        let fixed = (sum == 0 ? weight : weight / sum) * Double(1 << Self.precision)
        weights.append(Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5))
      }
    }
  }

  /// Adds up the position step by step, as Pillow does (`ImagingScaleAffine` in Geometry.c): rounding decides ties.
  private mutating func pickNearest(_ samples: Range<Int>, scale: Double, outputs: Range<Int>) {
    var position = scale * 0.5
    for output in 0..<outputs.upperBound {
      if output >= outputs.lowerBound {
        let sample = samples.lowerBound + min(Int(position), samples.count - 1)
        windows.append(window(from: sample, count: 1))
        weights.append(1 << Self.precision)
      }
      position += scale
    }
  }
}

/// The filters before widening, as functions of the distance from the centre.
private enum Kernel {
  static func box(_ x: Double) -> Double { x > -0.5 && x <= 0.5 ? 1 : 0 }

  static func triangle(_ x: Double) -> Double { max(1 - abs(x), 0) }

  /// Cubic convolution with a = -1/2 (Keys, "Cubic convolution interpolation for digital image processing", 1981).
  static func cubic(_ x: Double) -> Double {
    let (x, a) = (abs(x), -0.5)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
  }

  /// A sinc, windowed by a sinc three times as wide.
  static func lanczos(_ x: Double) -> Double { x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0 }

  private static func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
  }
}
