// JSON: {"preset": "imagenet-center", "resize": [256], "crop": 0.875, "filter": "bilinear", "layout": "nhwc", "channels": "rgb",
// "mean": [0.5], "std": [0.5], "range": [-1, 1], "exif": true}. Absent means the default.
extension PreprocessingChoice {
  private enum CodingKeys: String, CodingKey {
    case preset, resize, crop, filter, layout, channels, mean, range
    case deviation = "std"
    case appliesOrientation = "exif"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    preset = try values.decode(Preset.self, forKey: .preset)
    resize = try values.decodeIfPresent(Resize.self, forKey: .resize)
    crop = try values.decodeIfPresent(Crop.self, forKey: .crop)
    filter = try values.decodeIfPresent(Filter.self, forKey: .filter)
    layout = try values.decodeIfPresent(Layout.self, forKey: .layout)
    channels = try values.decodeIfPresent(ChannelOrder.self, forKey: .channels)
    appliesOrientation = try values.decodeIfPresent(Bool.self, forKey: .appliesOrientation) ?? false
    let mean = try values.decodeIfPresent([Double].self, forKey: .mean)
    let deviation = try values.decodeIfPresent([Double].self, forKey: .deviation)
    if let range = try values.decodeIfPresent([Double].self, forKey: .range) {
      guard range.count == 2 else {
        throw DecodingError.dataCorruptedError(forKey: .range, in: values, debugDescription: "A range has two numbers.")
      }
      numbers = .range(low: range[0], high: range[1])
    } else if mean != nil || deviation != nil {
      numbers = .standardized(mean: mean, deviation: deviation)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(preset, forKey: .preset)
    try values.encodeIfPresent(resize, forKey: .resize)
    try values.encodeIfPresent(crop, forKey: .crop)
    try values.encodeIfPresent(filter, forKey: .filter)
    try values.encodeIfPresent(layout, forKey: .layout)
    try values.encodeIfPresent(channels, forKey: .channels)
    if appliesOrientation { try values.encode(true, forKey: .appliesOrientation) }
    switch numbers {
    case .standardized(let mean, let deviation):
      try values.encodeIfPresent(mean, forKey: .mean)
      try values.encodeIfPresent(deviation, forKey: .deviation)
    case .range(let low, let high): try values.encode([low, high], forKey: .range)
    case nil: break
    }
  }
}

extension PreprocessingChoice.Resize {
  /// `[256]` for the shorter side, `[width, height]` for both.
  public init(from decoder: any Decoder) throws {
    let sides = try [Int](from: decoder)
    switch sides.count {
    case 1: self = .shorterSide(sides[0])
    case 2: self = .exactly(width: sides[0], height: sides[1])
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "A size has one or two sides."))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .shorterSide(let side): try [side].encode(to: encoder)
    case .exactly(let width, let height): try [width, height].encode(to: encoder)
    }
  }
}

extension PreprocessingChoice.Crop {
  /// A number for a part of each side, `[width, height]` for pixels.
  public init(from decoder: any Decoder) throws {
    if let fraction = try? decoder.singleValueContainer().decode(Double.self) {
      self = .fraction(fraction)
      return
    }
    let sides = try [Int](from: decoder)
    guard sides.count == 2 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "A crop has a width and a height."))
    }
    self = .exactly(width: sides[0], height: sides[1])
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .fraction(let fraction):
      var value = encoder.singleValueContainer()
      try value.encode(fraction)
    case .exactly(let width, let height): try [width, height].encode(to: encoder)
    }
  }
}
