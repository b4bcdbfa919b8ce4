import ModelFiles

/// The sizes that convolutions and pools give.
enum Windows {
  /// The spatial sizes of an output.
  ///
  /// - Parameter kernel: the sizes of the window.
  static func sizes(_ input: ArraySlice<Int>, kernel: [Int], of node: SourceNode) -> [Int]? {
    let rank = input.count
    let strides = node.integers("strides") ?? Array(repeating: 1, count: rank)
    let dilations = node.integers("dilations") ?? Array(repeating: 1, count: rank)
    let pads = node.integers("pads") ?? Array(repeating: 0, count: 2 * rank)
    let automatic = node.text("auto_pad") ?? "NOTSET"
    guard kernel.count == rank, strides.count == rank, dilations.count == rank, pads.count == 2 * rank,
      strides.allSatisfy({ $0 > 0 })
    else { return nil }
    return input.enumerated().map { place, size in
      if automatic.hasPrefix("SAME") { return size < 0 ? -1 : (size + strides[place] - 1) / strides[place] }
      guard size >= 0, kernel[place] > 0, let extent = Shape.product(dilations[place], kernel[place] - 1),
        extent.magnitude < SourceValue.largest
      else { return -1 }
      let padding = automatic == "VALID" ? 0 : pads[place] + pads[place + rank]
      let room = size + padding - extent - 1
      guard room >= 0 else { return -1 }
      guard node.flag("ceil_mode") else { return room / strides[place] + 1 }
      let count = (room + strides[place] - 1) / strides[place] + 1
      // The last window must begin inside the input or the padding before it.
      let lastStart = Shape.product(count - 1, strides[place]) ?? SourceValue.largest
      return lastStart >= size + pads[place] ? count - 1 : count
    }
  }

  /// The spatial sizes of a transposed convolution's output.
  static func transposed(_ input: ArraySlice<Int>, kernel: [Int], of node: SourceNode) -> [Int]? {
    let rank = input.count
    if let sizes = node.integers("output_shape"), sizes.count >= rank { return Array(sizes.suffix(rank)) }
    let strides = node.integers("strides") ?? Array(repeating: 1, count: rank)
    let dilations = node.integers("dilations") ?? Array(repeating: 1, count: rank)
    let pads = node.integers("pads") ?? Array(repeating: 0, count: 2 * rank)
    let extra = node.integers("output_padding") ?? Array(repeating: 0, count: rank)
    guard kernel.count == rank, strides.count == rank, dilations.count == rank, pads.count == 2 * rank,
      extra.count == rank
    else { return nil }
    return input.enumerated().map { place, size in
      guard size >= 0, kernel[place] > 0, let steps = Shape.product(size - 1, strides[place]),
        let extent = Shape.product(dilations[place], kernel[place] - 1),
        max(steps.magnitude, extent.magnitude) < SourceValue.largest
      else { return -1 }
      if (node.text("auto_pad") ?? "").hasPrefix("SAME") { return Shape.product(size, strides[place]) ?? -1 }
      return max(steps + extent + 1 + extra[place] - pads[place] - pads[place + rank], -1)
    }
  }
}
