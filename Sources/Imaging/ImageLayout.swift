import AssayCore

/// How an input tensor holds one image: RGB or luminance, channels first or last.
struct ImageLayout: Hashable, Sendable {
  let order: PreprocessingChoice.Layout
  /// Whether the only channel holds luminance.
  let isGrey: Bool
  let width: Int
  let height: Int

  /// - Throws: `.badData`, naming the shape, if it is not that of one image, contradicts `choice`, or is ambiguous without
  ///   one.
  init(of input: TensorSpec, choice: PreprocessingChoice.Layout?) throws(AssayError) {
    let readings = PreprocessingChoice.Layout.allCases.compactMap { Self(input.shape, $0) }
    guard let first = readings.first else {
      throw AssayError(
        .badData, "Input '\(input.name)' has the shape \(input.shape), which is not that of one image.",
        advice: "An image input has the shape [1, height, width, 3], [1, 3, height, width], or the same with 1 channel."
      )
    }
    if let choice {
      guard let reading = readings.first(where: { $0.order == choice }) else {
        throw AssayError(
          .badData,
          "Input '\(input.name)' has the shape \(input.shape), which is \(first.order.rawValue), not \(choice.rawValue).",
          advice: "Leave out --layout: it follows from the shape.")
      }
      self = reading
    } else {
      guard readings.count == 1 else {
        throw AssayError(
          .badData,
          "Input '\(input.name)' has the shape \(input.shape), which can be read with its channels last or first.",
          advice: "Give --layout nhwc or --layout nchw.")
      }
      self = first
    }
  }

  /// `nil` if the shape does not match the order.
  private init?(_ shape: [Int], _ order: PreprocessingChoice.Layout) {
    guard shape.count == 4, shape[0] == 1 else { return nil }
    let (channels, height, width) =
      order == .nhwc ? (shape[3], shape[1], shape[2]) : (shape[1], shape[2], shape[3])
    guard channels == 1 || channels == 3 else { return nil }
    (self.order, isGrey, self.width, self.height) = (order, channels == 1, width, height)
  }
}
