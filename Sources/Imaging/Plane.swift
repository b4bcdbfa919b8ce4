/// RGB pixels as the two passes of the resampler read them: an image, or the part of one that starts at a given pixel.
struct Plane {
  private let bytes: UnsafePointer<UInt8>
  /// Bytes from one row to the next.
  private let stride: Int
  private let firstX: Int
  private let firstY: Int

  private static let half: Int32 = 1 << (AxisWeights.precision - 1)

  /// `nil` where there are no bytes. They must outlive the plane.
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

  /// The horizontal pass: for each of `rows`, one pixel a window, written without gaps.
  func combineColumns(_ weights: AxisWeights, rows: Range<Int>, into target: UnsafeMutableBufferPointer<UInt8>) {
    guard var output = target.baseAddress else { return }
    weights.weights.withUnsafeBufferPointer { all in
      weights.windows.withUnsafeBufferPointer { windows in
        guard let all = all.baseAddress else { return }
        for y in rows {
          for window in windows {
            var sample = pixel(x: window.firstSample, y: y)
            let weight = all + window.firstWeight
            var (red, green, blue) = (Self.half, Self.half, Self.half)
            for tap in 0..<window.count {
              let w = weight[tap]
              red &+= Int32(sample[0]) &* w
              green &+= Int32(sample[1]) &* w
              blue &+= Int32(sample[2]) &* w
              sample += 3
            }
            output[0] = Self.level(red)
            output[1] = Self.level(green)
            output[2] = Self.level(blue)
            output += 3
          }
        }
      }
    }
  }

  /// The vertical pass: one row of `columns` a window, written without gaps.
  func combineRows(_ weights: AxisWeights, columns: Range<Int>, into target: UnsafeMutableBufferPointer<UInt8>) {
    guard var output = target.baseAddress else { return }
    let count = columns.count * RGBImage.channels
    weights.weights.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      for window in weights.windows {
        let rows = pixel(x: columns.lowerBound, y: window.firstSample)
        let weight = all + window.firstWeight
        var x = 0
        while x + Block.scalarCount <= count {
          combineBlock(rows + x, weight, window.count, into: output + x)
          x += Block.scalarCount
        }
        while x < count {
          var sum = Self.half
          for tap in 0..<window.count { sum &+= Int32(rows[tap * stride + x]) &* weight[tap] }
          output[x] = Self.level(sum)
          x += 1
        }
        output += count
      }
    }
  }

  private typealias Block = SIMD16<UInt8>

  private func combineBlock(
    _ rows: UnsafePointer<UInt8>, _ weight: UnsafePointer<Int32>, _ taps: Int, into output: UnsafeMutablePointer<UInt8>
  ) {
    var sum = SIMD16<Int32>(repeating: Self.half)
    for tap in 0..<taps {
      let samples = UnsafeRawPointer(rows + tap * stride).loadUnaligned(as: Block.self)
      sum &+= SIMD16<Int32>(truncatingIfNeeded: samples) &* weight[tap]
    }
    let levels = (sum &>> AxisWeights.precision).clamped(
      lowerBound: SIMD16(repeating: 0), upperBound: SIMD16(repeating: 255))
    UnsafeMutableRawPointer(output).storeBytes(of: Block(truncatingIfNeeded: levels), as: Block.self)
  }

  /// Negative weights, and thousands of rounded ones, lead a little out of the range of a byte.
  private static func level(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(sum >> AxisWeights.precision, 255)))
  }
}
