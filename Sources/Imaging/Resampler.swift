public import AssayCore

/// Resizes with Pillow's filters, bit for bit: two passes, 8 bits between them, and the same rounding.
///
/// It computes only what the crop needs, which does not change its pixels. A resampler reuses its memory: use one per thread.
public struct Resampler: Sendable {
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

    fileprivate func contains(_ part: Region) -> Bool {
      !part.x.isEmpty && !part.y.isEmpty && x.contains(part.x) && y.contains(part.y)
    }
  }

  private var columns = AxisWeights()
  private var rows = AxisWeights()
  private var between: [UInt8] = []

  /// Creates a resampler with empty buffers.
  public init() {}

  /// Resizes `part` of `source`, by default all of it, to `width` × `height` pixels and keeps `region` of the result.
  ///
  /// - Precondition: `part` lies within `source` and `region` within the new size; neither is empty. `source` has the columns for it.
  public mutating func resample(
    _ source: RGBImage, part: Region? = nil, filter: PreprocessingChoice.Filter = .bilinear, width: Int, height: Int,
    keeping region: Region, into target: inout RGBImage
  ) {
    let whole = Region(x: 0..<source.width, y: 0..<source.height)
    let part = part ?? whole
    precondition(whole.contains(part) && Region(x: 0..<width, y: 0..<height).contains(region))
    columns.compute(filter, samples: part.x, outputSize: width, outputs: region.x)
    rows.compute(filter, samples: part.y, outputSize: height, outputs: region.y)
    precondition(source.columns.contains(columns.samples))
    // The passes do not commute, since the first one rounds to 8 bits. From version 13, Pillow starts with the rows if that
    // saves the other pass much work (ImagingResampleInner in Resample.c).
    let (shrinkX, shrinkY) = (part.x.count - width, part.y.count - height)
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
    pixels.withPlane(stride: columns.count * Self.channels, firstX: columns.lowerBound, body)
  }
}

extension [UInt8] {
  fileprivate func withPlane(stride: Int, firstX: Int = 0, firstY: Int = 0, _ body: (Plane) -> Void) {
    withUnsafeBufferPointer { Plane($0, stride: stride, firstX: firstX, firstY: firstY).map(body) }
  }
}
