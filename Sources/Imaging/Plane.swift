import CResampling

/// The RGB pixels that a pass of the resampler reads: an image, or the part of one that starts at a given pixel.
struct Plane {
  private let bytes: UnsafePointer<UInt8>
  /// Bytes from one row to the next.
  private let stride: Int
  private let firstX: Int
  private let firstY: Int

  /// `nil` if there are no bytes. They must outlive the plane.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, stride: Int, firstX: Int, firstY: Int) {
    guard let start = bytes.baseAddress else { return nil }
    self.bytes = start
    self.stride = stride
    self.firstX = firstX
    self.firstY = firstY
  }

  private func pixel(x: Int, y: Int) -> UnsafePointer<UInt8> {
    bytes + ((y - firstY) * stride + (x - firstX) * RGBImage.channels)
  }

  /// The horizontal pass: writes one pixel per window for each of `rows`, without gaps.
  func combineColumns(_ weights: AxisWeights, rows: Range<Int>, into target: UnsafeMutableBufferPointer<UInt8>) {
    guard let output = target.baseAddress else { return }
    weights.weights.withUnsafeBufferPointer { all in
      weights.windows.withUnsafeBufferPointer { windows in
        guard let all = all.baseAddress, let first = windows.baseAddress else { return }
        assay_combine_columns(
          pixel(x: 0, y: rows.lowerBound), stride, rows.count, first, windows.count, all, output)
      }
    }
  }

  /// The vertical pass: writes one row of `columns` per window, without gaps.
  func combineRows(_ weights: AxisWeights, columns: Range<Int>, into target: UnsafeMutableBufferPointer<UInt8>) {
    guard var output = target.baseAddress else { return }
    let count = columns.count * RGBImage.channels
    weights.weights.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      for window in weights.windows {
        let rows = pixel(x: columns.lowerBound, y: Int(window.first_sample))
        assay_combine_rows(rows, stride, count, all + Int(window.first_weight), Int(window.count), output)
        output += count
      }
    }
  }
}
