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
  private let output: Int

  /// - Parameters:
  ///   - imageInput: the input that takes images; `nil` where that is unclear.
  ///   - outputs: exact, as after an inference.
  /// - Throws: `.badData` where the model is no classifier of images.
  init(
    inputs: [TensorSpec], _ imageInput: Int?, outputs: [TensorSpec], measure: AccuracyMeasure, images: ImageManifest,
    modelPath: String
  ) throws(AssayError) {
    guard let imageInput else {
      throw AssayError(
        .badData, "\(modelPath) has \(inputs.count) inputs; a classifier of images has one.",
        advice: inputs.count > 1 ? "Give the other inputs: --input NAME=FILE.npy" : nil)
    }
    input = inputs[imageInput]
    inputIndex = imageInput
    output = try Self.index(of: measure.output, in: outputs, modelPath: modelPath)
    top = try TopK(measure.ranks.max() ?? 1, of: outputs[output])
    labelOffset = measure.labelOffset ?? top.backgroundClassOffset
    labels = max(0, -labelOffset)..<max(0, top.classCount - labelOffset)
    try check(images, measure: measure, modelPath: modelPath)
  }

  /// What the output of a session that has just run says of an image.
  func outcome(of session: some InferenceSession, label: Int) -> Outcome {
    let bytes = session.outputBytes(at: output)
    let best = top.indices(in: bytes)
    let standing = top.standing(of: label + labelOffset, in: bytes)
    return .classified(
      Classification(
        classes: best.map { $0 - labelOffset }, scores: best.map { top.score(at: $0, in: bytes) },
        rank: standing.ahead, flaw: standing.flaw))
  }

  /// The output with the scores. Names are those of the model, with or without the port that TensorFlow writes behind them.
  private static func index(
    of name: String?, in outputs: [TensorSpec], modelPath: String
  ) throws(AssayError) -> Int {
    let list = outputs.map { "'\($0.name)' \($0.shape)" }.joined(separator: ", ")
    guard let name else {
      if outputs.count == 1 { return 0 }
      throw AssayError(
        .usage, "\(modelPath) has \(outputs.count) outputs: \(list).",
        advice: "Name the one with the scores of the classes: --output NAME")
    }
    let found =
      outputs.firstIndex { $0.name == name } ?? outputs.firstIndex { TensorName.areSame($0.name, name) }
    guard let found else {
      throw AssayError(.usage, "\(modelPath) has no output '\(name)'.", advice: "It has: \(list)")
    }
    return found
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
