/// Resizes with Pillow's antialiased bilinear filter, bit for bit: two passes, 8 bits between them, and the same rounding.
///
/// Only what the crop needs is computed, which changes no pixel of it. Memory is kept from one image to the next: use one resampler
/// a thread.
public struct Resampler {
  /// A part of an image, in pixels.
  public struct Region: Hashable, Sendable {
    /// Columns, from the left.
    public let x: Range<Int>
    /// Rows, from the top.
    public let y: Range<Int>

    /// The columns `x` of the rows `y`.
    public init(x: Range<Int>, y: Range<Int>) {
      self.x = x
      self.y = y
    }
  }

  private var columns = AxisWeights()
  private var rows = AxisWeights()
  private var between: [UInt8] = []

  /// A resampler without memory yet.
  public init() {}

  /// Resizes `source` to `width` × `height` pixels and keeps `region` of that.
  ///
  /// - Precondition: `source` is not empty, and `region` is not either and lies within the new size.
  public mutating func resample(
    _ source: RGBImage, width: Int, height: Int, keeping region: Region, into target: inout RGBImage
  ) {
    precondition(source.width > 0 && source.height > 0 && !region.x.isEmpty && !region.y.isEmpty)
    precondition(region.x.lowerBound >= 0 && region.x.upperBound <= width)
    precondition(region.y.lowerBound >= 0 && region.y.upperBound <= height)
    columns.compute(sampleCount: source.width, outputSize: width, outputs: region.x)
    rows.compute(sampleCount: source.height, outputSize: height, outputs: region.y)
    // The passes do not commute, 8 bits lying between them. Since version 13 Pillow takes the rows first where that is much less
    // work for the other pass (ImagingResampleInner in Resample.c).
    let (shrinkX, shrinkY) = (source.width - width, source.height - height)
    if shrinkY > 0 && shrinkY > 2 * shrinkX {
      resampleRowsFirst(source, into: &target)
    } else {
      resampleColumnsFirst(source, into: &target)
    }
  }

  private mutating func resampleColumnsFirst(_ source: RGBImage, into target: inout RGBImage) {
    let needed = rows.samples
    let stride = columns.windows.count * RGBImage.channels
    resize(&between, to: needed.count * stride)
    between.withUnsafeMutableBufferPointer { to in
      source.withPlane { $0.combineColumns(columns, rows: needed, into: to) }
    }
    target.fill(width: columns.windows.count, height: rows.windows.count) { to in
      between.withPlane(stride: stride, firstY: needed.lowerBound) {
        $0.combineRows(rows, columns: 0..<columns.windows.count, into: to)
      }
    }
  }

  private mutating func resampleRowsFirst(_ source: RGBImage, into target: inout RGBImage) {
    let needed = columns.samples
    let (stride, height) = (needed.count * RGBImage.channels, rows.windows.count)
    resize(&between, to: height * stride)
    between.withUnsafeMutableBufferPointer { to in
      source.withPlane { $0.combineRows(rows, columns: needed, into: to) }
    }
    target.fill(width: columns.windows.count, height: height) { to in
      between.withPlane(stride: stride, firstX: needed.lowerBound) {
        $0.combineColumns(columns, rows: 0..<height, into: to)
      }
    }
  }
}

extension RGBImage {
  fileprivate func withPlane(_ body: (Plane) -> Void) {
    pixels.withPlane(stride: width * Self.channels, body)
  }
}

extension [UInt8] {
  fileprivate func withPlane(stride: Int, firstX: Int = 0, firstY: Int = 0, _ body: (Plane) -> Void) {
    withUnsafeBufferPointer { Plane($0, stride: stride, firstX: firstX, firstY: firstY).map(body) }
  }
}
