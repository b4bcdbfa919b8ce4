public import AssayCore

/// What is done to every image of a cell: a choice, resolved against the input of a session and the metadata of its model.
public struct Preprocessing: Hashable, Sendable {
  /// The real value that a pixel of 0 … 255 stands for: `pixel × scale + offset`, for red, green and blue. Every number is finite.
  public struct Normalization: Hashable, Sendable {
    /// What a red, green and blue pixel is multiplied by.
    public let scale: SIMD3<Double>
    /// What is added to it then.
    public let offset: SIMD3<Double>

    /// `pixel × scale + offset`.
    public init(scale: SIMD3<Double>, offset: SIMD3<Double>) {
      self.scale = scale
      self.offset = offset
    }

    /// `pixel / 127.5 - 1`, from -1 to 1: what Inception and MobileNet are trained with.
    public static let symmetric = Self(scale: .init(repeating: 1 / 127.5), offset: .init(repeating: -1))
  }

  let fit: Fit
  let filter: PreprocessingChoice.Filter
  let appliesOrientation: Bool
  let writer: InputWriter
  /// All of it in one line: `imagenet-center: shorter side to 256, centre crop 224, bilinear antialiased, RGB, NHWC, raw uint8, EXIF
  /// orientation ignored`.
  public let description: String

  /// - Parameter metadata: what the model's file says of its input; `nil` where it says nothing.
  /// - Throws: `.badData` where `input` takes no image, its layout is ambiguous, or it cannot take what is asked for;
  ///   `.usage` where the choice contradicts itself.
  public init(
    _ choice: PreprocessingChoice = PreprocessingChoice(), input: TensorSpec, metadata: InputMetadata? = nil
  ) throws(AssayError) {
    try choice.check()
    let layout = try ImageLayout(of: input, choice: choice.layout)
    let numbers = try InputNumbers(choice.numbers, input: input, isGrey: layout.isGrey, metadata: metadata)
    let order = choice.channels ?? .rgb
    guard order == .rgb || !layout.isGrey else {
      throw AssayError(.badData, "Input '\(input.name)' takes one channel; --channels bgr needs three.")
    }
    fit = try Fit(choice, width: layout.width, height: layout.height)
    filter = choice.filter ?? .bilinear
    appliesOrientation = choice.appliesOrientation
    writer = try InputWriter(input, layout: layout, order: order, normalization: numbers.normalization)
    description =
      "\(choice.preset.rawValue): "
      + [
        fit.description, filter == .nearest ? "nearest" : "\(filter.rawValue) antialiased",
        layout.isGrey ? "luminance" : order.rawValue.uppercased(), layout.order.rawValue.uppercased(),
        numbers.description, appliesOrientation ? "EXIF orientation applied" : "EXIF orientation ignored",
      ].joined(separator: ", ")
  }
}
