/// A choice of preprocessing in the words of the command line's options, which a model's metadata has, too.
extension PreprocessingChoice {
  /// The names of the options, without dashes.
  public enum Word: String, CaseIterable, Sendable {
    case preprocessing, resize, crop, filter, mean, std, range, channels

    /// What may stand behind it.
    var form: String {
      switch self {
      case .preprocessing: Preset.allCases.map(\.rawValue).joined(separator: ", ")
      case .resize: "a size, such as 256 or 320x240"
      case .crop: "a part of an image, such as 0.875, 224 or 320x240"
      case .filter: Filter.allCases.map(\.rawValue).joined(separator: ", ")
      case .mean, .std: "one number, or three for red, green and blue"
      case .range: "a pair of numbers, such as -1,1 or 0,1"
      case .channels: "rgb or bgr"
      }
    }
  }

  /// - Throws: `.usage`, naming the word and what it may be.
  public init(words: [Word: String]) throws(AssayError) {
    func value<Value>(_ word: Word, _ parse: (String) -> Value?) throws(AssayError) -> Value? {
      guard let text = words[word] else { return nil }
      guard let value = parse(text) else {
        throw AssayError(.usage, "'\(text)' is no \(word.rawValue).", advice: "It is \(word.form).")
      }
      return value
    }
    self.init()
    resize = try value(.resize) { Resize($0) }
    crop = try value(.crop) { Crop($0) }
    filter = try value(.filter) { Filter(rawValue: $0) }
    channels = try value(.channels) { ChannelOrder(rawValue: $0) }
    if let preset = try value(.preprocessing, { Preset(rawValue: $0) }) { choose(preset) }
    let range = try value(.range) { Self.numbers($0).flatMap { $0.count == 2 ? $0 : nil } }
    let mean = try value(.mean) { Self.channelNumbers($0) }
    let deviation = try value(.std) { Self.channelNumbers($0) }
    if let range {
      guard mean == nil, deviation == nil else { throw AssayError(.usage, "Give either range, or mean and std.") }
      numbers = .range(low: range[0], high: range[1])
    } else if mean != nil || deviation != nil {
      numbers = .standardized(mean: mean, deviation: deviation)
    }
    try check()
  }

  /// Takes a preset that was named, even if it is the default: a model's own preprocessing does not replace it.
  public mutating func choose(_ preset: Preset) {
    self.preset = preset
    if preset == .imagenetCenter && resize == nil && crop == nil { crop = .fraction(0.875) }
  }

  /// Numbers with commas between them; `nil` if anything else stands there.
  public static func numbers(_ text: String) -> [Double]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = parts.compactMap(\.self)
    return numbers.count == parts.count ? numbers : nil
  }

  /// One number, or three for red, green and blue.
  public static func channelNumbers(_ text: String) -> [Double]? {
    numbers(text).flatMap { [1, 3].contains($0.count) ? $0 : nil }
  }

  fileprivate static func size(_ text: String) -> (width: Int, height: Int)? {
    let sides = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
    return (width, height)
  }
}

extension PreprocessingChoice.Resize {
  /// `256` for the shorter side, `320x240` for both.
  public init?(_ text: String) {
    if let side = Int(text) {
      self = .shorterSide(side)
    } else if let (width, height) = PreprocessingChoice.size(text) {
      self = .exactly(width: width, height: height)
    } else {
      return nil
    }
  }
}

extension PreprocessingChoice.Crop {
  /// `0.875` for a part, `224` or `320x240` for pixels: 1 is a pixel, 1.0 the whole image.
  public init?(_ text: String) {
    if let (width, height) = PreprocessingChoice.size(text) {
      self = .exactly(width: width, height: height)
    } else if let side = Int(text) {
      self = .exactly(width: side, height: side)
    } else if let fraction = Double(text) {
      self = .fraction(fraction)
    } else {
      return nil
    }
  }
}
