import AssayCore

/// How pixels become the numbers of an input, and why: by the user's choice, else the model's metadata, else the default.
struct InputNormalization {
  /// `nil` if an 8-bit input gets raw pixels.
  let normalization: Preprocessing.Normalization?
  /// `float32 from -1 to 1 (mean 127.5, deviation 127.5 from the model's metadata)`.
  let description: String

  /// - Throws: `.badData` if a one-channel input gets three numbers.
  init(
    _ choice: PreprocessingChoice.Numbers?, input: TensorSpec, isGrey: Bool, metadata: InputMetadata?
  ) throws(AssayError) {
    let isFloat = input.type == .float16 || input.type == .float32
    if let choice {
      let chosen = try Preprocessing.Normalization(choice)
      guard !isGrey || chosen.isSameForAllChannels else {
        throw AssayError(.badData, "Input '\(input.name)' takes one channel; three means or deviations are given.")
      }
      normalization = chosen
      description = Self.text(input.type, chosen)
    } else if let metadata = metadata?.numbers {
      let origin = "(\(metadata.description) from the model's metadata"
      let specified = Preprocessing.Normalization(mean: metadata.mean, deviation: metadata.deviation)
      if !isFloat && InputWriter.isNearlyRaw(specified, input) {
        normalization = nil
        description = "\(Self.raw(input.type)) \(origin) are equivalent)"
      } else {
        normalization = specified
        description = "\(Self.text(input.type, specified)) \(origin))"
      }
    } else {
      normalization = isFloat ? .symmetric : nil
      description = isFloat ? "\(Self.text(input.type, .symmetric)) (default for floats)" : Self.raw(input.type)
    }
  }

  private static func raw(_ type: DataType) -> String {
    type == .int8 ? "raw int8 (pixel - 128)" : "raw \(type.rawValue)"
  }

  private static func text(_ type: DataType, _ normalization: Preprocessing.Normalization) -> String {
    let (low, high) = (normalization.offset, normalization.scale * 255 + normalization.offset)
    return "\(type.rawValue) from \(Figure.text(low)) to \(Figure.text(high))"
  }
}

extension Preprocessing.Normalization {
  /// - Throws: `.usage` if the unit of `numbers` is ambiguous.
  init(_ numbers: PreprocessingChoice.Numbers) throws(AssayError) {
    switch numbers {
    case .range(let low, let high):
      self.init(scale: .init(repeating: (high - low) / 255), offset: .init(repeating: low))
    case .standardized(let mean, let deviation):
      let (mean, deviation) = (mean ?? [0], deviation ?? [1])
      guard let unit = PreprocessingChoice.unit(mean: mean, deviation: deviation) else {
        throw AssayError(.usage, "A mean of 0 with a standard deviation of 1 is ambiguous.")
      }
      let toPixels = 255 / unit
      self.init(mean: mean.map { $0 * toPixels }, deviation: deviation.map { $0 * toPixels })
    }
  }

  /// `(pixel - mean) / deviation`, with one number or three in each list.
  init(mean: [Double], deviation: [Double]) {
    let (mean, deviation) = (Self.channels(mean), Self.channels(deviation))
    self.init(scale: 1 / deviation, offset: -mean / deviation)
  }

  private static func channels(_ values: [Double]) -> SIMD3<Double> {
    values.count == 3 ? SIMD3(values) : SIMD3(repeating: values.first ?? 0)
  }

  fileprivate var isSameForAllChannels: Bool {
    scale == SIMD3(repeating: scale.x) && offset == SIMD3(repeating: offset.x)
  }
}

/// Formats numbers for the description of the preprocessing.
enum Figure {
  /// At most four decimals.
  static func text(_ value: Double) -> String {
    let rounded = (value * 10_000).rounded() / 10_000
    return Int(exactly: rounded).map { String($0) } ?? String(rounded)
  }

  /// One number if all three are the same.
  static func text(_ values: SIMD3<Double>) -> String {
    let numbers = (0..<3).map { text(values[$0]) }
    return Set(numbers).count == 1 ? numbers[0] : "(\(numbers.joined(separator: ", ")))"
  }
}
