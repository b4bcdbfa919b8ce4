public import AssayCore
import ModelFiles

/// ONNX models have texts by key (`metadata_props` of onnx.proto3). Assay's keys are the names of its options behind `assay.`; of ONNX's own
/// (MetadataProps.md), those for images say the order of the channels and the range of pixels.
extension InputMetadata {
  private static let prefix = "assay."

  /// - Throws: `.badModel`, calling the file `name`, if a key has a value that it cannot have.
  public static func read(
    onnx bytes: UnsafeRawBufferPointer, named name: String
  ) throws(AssayError) -> InputMetadata? {
    let properties = Dictionary(
      ProtobufMessage(bytes).messages(14).compactMap { entry in entry.text(1).map { ($0, entry.text(2) ?? "") } }
    ) { first, _ in first }
    var words: [PreprocessingChoice.Word: String] = [:]
    for word in PreprocessingChoice.Word.allCases { words[word] = properties[prefix + word.rawValue] }
    if words[.channels] == nil, let format = properties["Image.BitmapPixelFormat"], format.hasPrefix("Bgr") {
      words[.channels] = "bgr"
    }
    if words[.range] == nil, words[.mean] == nil, words[.std] == nil {
      words[.range] = properties["Image.NominalPixelRange"].flatMap { ranges[$0] }
    }
    guard !words.isEmpty else { return nil }
    do throws(AssayError) {
      var choice = try PreprocessingChoice(words: words)
      let numbers = try choice.numbers.map { (found) throws(AssayError) in try Numbers(found) }
      choice.numbers = nil
      return InputMetadata(numbers: numbers, choice: choice)
    } catch {
      throw AssayError(
        .badModel, "The metadata of \(name) is damaged: \(error.message)",
        advice:
          "Give --preprocessing or --resize, --filter, and --range or --mean and --std; Assay then does not read it.")
    }
  }

  private static let ranges = [
    "NominalRange_0_255": "0,255", "Normalized_0_1": "0,1", "Normalized_1_1": "-1,1",
  ]
}

extension InputMetadata.Numbers {
  /// - Throws: `.usage` if the unit of the numbers is ambiguous, white is not above black, or a number is out of range.
  fileprivate init(_ numbers: PreprocessingChoice.Numbers) throws(AssayError) {
    let normalization = try Preprocessing.Normalization(numbers)
    guard (0..<3).allSatisfy({ normalization.scale[$0] > 0 }) else {
      throw AssayError(.usage, "White is not above black.")
    }
    let channels = Set((0..<3).map { [normalization.scale[$0], normalization.offset[$0]] }).count == 1 ? 0..<1 : 0..<3
    let mean = channels.map { -normalization.offset[$0] / normalization.scale[$0] }
    let deviation = channels.map { 1 / normalization.scale[$0] }
    guard (mean + deviation).allSatisfy(\.isFinite), deviation.allSatisfy({ $0 > 0 }) else {
      throw AssayError(.usage, "Its numbers are too large or too small.")
    }
    self.init(mean: mean, deviation: deviation)
  }
}
