public import AssayCore

/// The preprocessing of every image in a cell: a choice, resolved against the session's input and the model's metadata.
public struct Preprocessing: Hashable, Sendable {
  /// Maps a pixel of 0 … 255 to a real value: `pixel × scale + offset`. Every number is finite.
  public struct Normalization: Hashable, Sendable {
    /// For red, green and blue.
    public let scale: SIMD3<Double>
    /// For red, green and blue.
    public let offset: SIMD3<Double>

    /// Creates `pixel × scale + offset`.
    public init(scale: SIMD3<Double>, offset: SIMD3<Double>) {
      self.scale = scale
      self.offset = offset
    }

    /// `pixel / 127.5 - 1`, from -1 to 1, as in the training of Inception and MobileNet.
    public static let symmetric = Self(scale: .init(repeating: 1 / 127.5), offset: .init(repeating: -1))
  }

  let resizeAndCrop: ResizeAndCrop
  let filter: PreprocessingChoice.Filter
  let appliesOrientation: Bool
  let writer: InputWriter
  /// A summary in one line: `imagenet-center: shorter side to 256, centre crop 224, bilinear antialiased, RGB, NHWC, raw uint8,
  /// EXIF orientation ignored`.
  public let description: String

  /// Whether another preprocessing turns, resizes and crops as this one does.
  public func hasGeometry(of other: Preprocessing) -> Bool {
    (resizeAndCrop, filter, appliesOrientation) == (other.resizeAndCrop, other.filter, other.appliesOrientation)
  }

  /// The columns of an image, as it is stored, that its crop is made from.
  func columns(ofWidth width: Int, height: Int, _ orientation: ImageOrientation) -> Range<Int> {
    guard !appliesOrientation || orientation == .upright else { return 0..<width }
    let geometry = resizeAndCrop.geometry(imageWidth: width, imageHeight: height)
    var weights = AxisWeights()
    weights.compute(filter, samples: geometry.source.x, outputSize: geometry.width, outputs: geometry.region.x)
    return weights.samples
  }

  /// - Parameter metadata: from the model's file; `nil` if it has none.
  /// - Throws: `.badData` if `input` cannot hold an image, its layout is ambiguous, or the choice does not suit it; `.usage` if
  ///   the choice contradicts itself.
  public init(
    _ choice: PreprocessingChoice = PreprocessingChoice(), input: TensorSpec, metadata: InputMetadata? = nil
  ) throws(AssayError) {
    try choice.check()
    let (choice, completed) = choice.completed(by: metadata?.choice ?? PreprocessingChoice())
    let layout = try ImageLayout(of: input, choice: choice.layout)
    let numbers = try InputNormalization(choice.numbers, input: input, isGrey: layout.isGrey, metadata: metadata)
    let order = choice.channels ?? .rgb
    guard order == .rgb || !layout.isGrey else {
      throw AssayError(.badData, "Input '\(input.name)' takes one channel; --channels bgr needs three.")
    }
    resizeAndCrop = try ResizeAndCrop(choice, width: layout.width, height: layout.height)
    filter = choice.filter ?? .bilinear
    appliesOrientation = choice.appliesOrientation
    writer = try InputWriter(input, layout: layout, order: order, normalization: numbers.normalization)
    description =
      "\(choice.preset.rawValue): "
      + [
        resizeAndCrop.description, filter == .nearest ? "nearest" : "\(filter.rawValue) antialiased",
        layout.isGrey ? "luminance" : order.rawValue.uppercased(), layout.order.rawValue.uppercased(),
        numbers.description, appliesOrientation ? "EXIF orientation applied" : "EXIF orientation ignored",
      ].joined(separator: ", ")
      + (completed.isEmpty ? "" : "; \(completed.joined(separator: " and ")) from the model's metadata")
  }
}
