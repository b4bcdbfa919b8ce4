public import ArgumentParser
public import AssayCore

/// How images are preprocessed.
struct PreprocessingArguments: ParsableArguments {
  @Option(
    help: .init(
      "imagenet-center (shorter side to size / 0.875, then the centre), inception (central 87.5 %, squashed) or squash (the whole image). (default: as the model's metadata says, else imagenet-center)",
      valueName: "preset"))
  var preprocessing: PreprocessingChoice.Preset?

  @Option(help: .init("With imagenet-center: N for the shorter side, or WxH.", valueName: "size"))
  var resize: String?

  @Option(
    help: .init(
      "The part of the image to keep, such as 0.875 or 1.0; or N or WxH, which must be the size of the input.",
      valueName: "part"))
  var crop: String?

  @Option(
    help: .init(
      "nearest, box, bilinear, bicubic or lanczos, as in Pillow. (default: the model's, else bilinear)",
      valueName: "filter"))
  var filter: PreprocessingChoice.Filter?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Subtracted from red, green and blue: R,G,B or one number. Pixels are 0 to 1 if no number of mean and std exceeds 1, otherwise 0 to 255.",
      valueName: "mean"))
  var mean: String?

  @Option(
    parsing: .unconditional, help: .init("The difference is divided by this, in the same unit.", valueName: "std"))
  var std: String?

  @Option(
    parsing: .unconditional,
    help: .init("LOW,HIGH: the values of black and white, instead of --mean and --std.", valueName: "range"))
  var range: String?

  @Option(help: .init("nhwc or nchw, if the input's shape is ambiguous.", valueName: "layout"))
  var layout: PreprocessingChoice.Layout?

  @Option(help: .init("rgb or bgr. (default: rgb)", valueName: "order"))
  var channels: PreprocessingChoice.ChannelOrder?

  @Flag(help: "Rotate images by their EXIF orientation.")
  var exif = false

  func validate() throws { _ = try makeChoice() }

  func makeChoice() throws -> PreprocessingChoice {
    var choice = PreprocessingChoice()
    choice.resize = try resize.map(parseResize)
    choice.crop = try crop.map(parseCrop)
    if let preprocessing { choice.choose(preprocessing) }
    choice.filter = filter
    choice.layout = layout
    choice.channels = channels
    choice.numbers = try parseNumbers()
    choice.appliesOrientation = exif
    do {
      try choice.check()
    } catch {
      throw ValidationError([error.message, error.advice].compactMap(\.self).joined(separator: " "))
    }
    return choice
  }

  private func parseResize(_ text: String) throws -> PreprocessingChoice.Resize {
    guard let size = PreprocessingChoice.Resize(text) else {
      throw ValidationError("'\(text)' in --resize is not a size; write --resize 256 or --resize 320x240.")
    }
    return size
  }

  private func parseCrop(_ text: String) throws -> PreprocessingChoice.Crop {
    guard let crop = PreprocessingChoice.Crop(text) else {
      throw ValidationError("'\(text)' in --crop is not a part of an image; write --crop 0.875, 224 or 320x240.")
    }
    return crop
  }

  private func parseNumbers() throws -> PreprocessingChoice.Numbers? {
    if let range {
      guard mean == nil, std == nil else {
        throw ValidationError("Give either --range or --mean and --std.")
      }
      let numbers = PreprocessingChoice.numbers(range)
      guard let numbers, numbers.count == 2 else {
        throw ValidationError("'\(range)' in --range is not a pair of numbers; write --range=-1,1 or --range 0,1.")
      }
      return .range(low: numbers[0], high: numbers[1])
    }
    guard mean != nil || std != nil else { return nil }
    return .standardized(mean: try channels(mean, "--mean"), deviation: try channels(std, "--std"))
  }

  private func channels(_ text: String?, _ option: String) throws -> [Double]? {
    guard let text else { return nil }
    guard let numbers = PreprocessingChoice.channelNumbers(text) else {
      throw ValidationError(
        "'\(text)' in \(option) is neither R,G,B nor one number; write \(option) 0.485,0.456,0.406.")
    }
    return numbers
  }
}

extension PreprocessingChoice.Preset: ExpressibleByArgument {}
extension PreprocessingChoice.Filter: ExpressibleByArgument {}
extension PreprocessingChoice.Layout: ExpressibleByArgument {}
extension PreprocessingChoice.ChannelOrder: ExpressibleByArgument {}
