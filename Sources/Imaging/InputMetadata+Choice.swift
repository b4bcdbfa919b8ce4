public import AssayCore

extension InputMetadata {
  /// A choice with what the file says where the choice leaves it open: for models that were made of the file's, and lack its metadata.
  public func completing(_ choice: PreprocessingChoice) -> PreprocessingChoice {
    var complete = choice.completed(by: self.choice).choice
    if complete.numbers == nil { complete.numbers = numbers?.choice }
    return complete
  }
}

extension InputMetadata.Numbers {
  /// As options have them; `nil` for three means and deviations that would be read on a scale from 0 to 1.
  fileprivate var choice: PreprocessingChoice.Numbers? {
    if mean.count == 1, deviation.count == 1 {
      return .range(low: -mean[0] / deviation[0], high: (255 - mean[0]) / deviation[0])
    }
    guard PreprocessingChoice.unit(mean: mean, deviation: deviation) == 255 else { return nil }
    return .standardized(mean: mean, deviation: deviation)
  }
}
