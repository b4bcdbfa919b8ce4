import AssayCore
import Datasets
import EngineKit
import Imaging

/// Reads the output of a classifier, alike for all images of a cell.
struct Scorer: Sendable {
  let input: TensorSpec
  /// The place of `input` among all.
  let inputIndex: Int
  /// Added to a label for its place in the output.
  let labelOffset: Int
  /// Labels that have a place in the output.
  let labels: Range<Int>

  private let top: TopK

  /// - Parameters:
  ///   - imageInput: the input that takes images; `nil` where that is unclear.
  ///   - outputs: exact, as after an inference.
  /// - Throws: `.badData` where the model is no classifier of images.
  init(
    inputs: [TensorSpec], _ imageInput: Int?, outputs: [TensorSpec], measure: AccuracyMeasure, images: ImageManifest,
    modelPath: String
  ) throws(AssayError) {
    guard let imageInput, outputs.count == 1 else {
      throw AssayError(
        .badData,
        "\(modelPath) has \(inputs.count) inputs and \(outputs.count) outputs; a classifier of images has one of each.",
        advice: inputs.count > 1 ? "Give the other inputs: --input NAME=FILE.npy" : nil)
    }
    input = inputs[imageInput]
    inputIndex = imageInput
    top = try TopK(measure.ranks.max() ?? 1, of: outputs[0])
    labelOffset = measure.labelOffset ?? top.backgroundClassOffset
    labels = max(0, -labelOffset)..<max(0, top.classCount - labelOffset)
    try check(images, measure: measure, modelPath: modelPath)
  }

  /// The classes with the highest scores in the output of a session that has just run.
  func outcome(of session: some InferenceSession) -> Outcome {
    let bytes = session.outputBytes(at: 0)
    let best = top.indices(in: bytes)
    return .classified(classes: best.map { $0 - labelOffset }, scores: best.map { top.score(at: $0, in: bytes) })
  }

  private func check(_ images: ImageManifest, measure: AccuracyMeasure, modelPath: String) throws(AssayError) {
    if let named = images.namedClasses, named != labels.count {
      throw AssayError(
        .badData,
        "The images are labelled by the names of \(named) classes; \(modelPath) knows \(labels.count) classes.",
        advice: "Give labels as numbers, or a list with the name of every class of the model: --labels FILE.")
    }
    let stranger = [images.labels.upperBound, images.labels.lowerBound].first { !labels.contains($0) }
    if let stranger {
      let offset = labelOffset == 0 ? "" : " with a label offset of \(labelOffset)"
      let known = labels.isEmpty ? "no label" : "the labels \(labels.lowerBound) to \(labels.upperBound - 1)"
      throw AssayError(
        .badData,
        "An image has the label \(stranger); \(modelPath) has outputs for \(known)\(offset).",
        advice: advice(for: images, measure: measure))
    }
  }

  private func advice(for images: ImageManifest, measure: AccuracyMeasure) -> String {
    if measure.labelOffset != nil { return "Give another --label-offset, or none." }
    return images.labels.upperBound == labels.upperBound
      ? "If the labels count from 1, give --label-offset \(labelOffset - 1)."
      : "Labels count from 0, in the order of the model's outputs."
  }
}
