import AssayCore
import Imaging

extension ModelReference {
  /// A choice of preprocessing with what the model's file says where the choice leaves it open. Converters lose that, so what is made of the
  /// model gets its images by this. Only of ONNX: TFLite's metadata has numbers alone, by which quantised inputs get raw pixels where a choice
  /// of the same numbers rounds.
  ///
  /// - Throws: `.badModel` for metadata that is damaged.
  func completing(_ choice: PreprocessingChoice) throws(AssayError) -> PreprocessingChoice {
    guard format == .onnx else { return choice }
    let metadata = try InputMetadata.read(fromModel: path, format: .onnx, besides: choice)
    return metadata?.completing(choice) ?? choice
  }
}

extension Measure {
  /// The same measure, with images prepared as another model's file says.
  func completing(by model: ModelReference) throws(AssayError) -> Measure {
    switch self {
    case .accuracy(var measure):
      measure.images.preprocessing = try model.completing(measure.images.preprocessing)
      return .accuracy(measure)
    case .stress(var measure):
      guard let images = measure.images else { return self }
      measure.images?.preprocessing = try model.completing(images.preprocessing)
      return .stress(measure)
    case .scenario(var measure):
      guard let images = measure.images else { return self }
      measure.images?.preprocessing = try model.completing(images.preprocessing)
      return .scenario(measure)
    default: return self
    }
  }
}
