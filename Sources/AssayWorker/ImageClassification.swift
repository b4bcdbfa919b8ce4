import AssayCore
import Datasets
import EngineKit
import Imaging
import Measurement
import RecordLog

/// Classifies every image of a manifest once, and records the latency of each inference. Decoding and preprocessing are never timed.
struct ImageClassification {
  let workload: ImageWorkload
  let plan: CellPlan
  let channel: ProtocolChannel
  let stop: StopFlag

  /// How often the parent hears of the counts, in nanoseconds.
  private static let reportInterval: UInt64 = 200_000_000

  func run(_ session: some InferenceSession, overhead: Double) throws(AssayError) {
    let (input, scores) = try classifierTensors(of: session)
    let preprocessing = Preprocessing()
    var preparer = try ImagePreparer(preprocessing, input: input)
    let top5 = try TopK(5, of: scores)
    try checkNamedClasses(against: top5)
    var counts = AccuracyCounts()
    counts.preprocessing = try preprocessing.description(for: input)
    counts.labelOffset = top5.backgroundClassOffset

    var manifest = try ImageManifestReader(opening: workload.manifestPath)
    let warmUp = try WarmUp.run(session, rule: workload.warmUp, stop: stop)
    var log = try RecordLogWriter(creating: plan.recordLogPath, expectedCount: workload.count)
    channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    let origin = MonotonicClock.now()
    var nextReport = origin + Self.reportInterval
    while !stop.isRaised, let image = try manifest.next() {
      do throws(AssayError) {
        try preparer.prepare(image.path, into: session.inputBytes(at: 0))
      } catch {
        counts.add(UnreadableImage(path: image.path, reason: error.message))
        continue
      }
      let end = try TimedLoop.runOnce(session, origin: origin, into: &log)
      try count(image, top5.indices(in: session.outputBytes(at: 0)), of: top5, in: &counts)
      if end >= nextReport {
        channel.send(.counted(counts))
        nextReport = end + Self.reportInterval
      }
    }
    log.finish()
    if let first = counts.unreadable.first, counts.images == 0, !stop.isRaised {
      // The names of them all belong into the results, also of a cell that failed.
      channel.send(.counted(counts))
      throw AssayError(
        .badData, "None of the \(workload.count) images could be read, beginning with: \(first.reason)",
        advice: "Images are JPEG or PNG files in class folders.")
    }
    channel.send(
      .finished(
        CellMeasurement(
          stoppedEarly: stop.isRaised && counts.images + counts.unreadableCount < workload.count,
          peakResidentBytes: ProcessMemory.peakResidentBytes(), accuracy: counts)))
  }

  /// The rank of a name is a label only where every class has its folder.
  private func checkNamedClasses(against scores: TopK) throws(AssayError) {
    let classes = scores.classCount - scores.backgroundClassOffset
    guard let named = workload.namedClasses, named != classes else { return }
    throw AssayError(
      .badData, "The images are labelled by the names of \(named) classes; \(plan.modelPath) knows \(classes).",
      advice: "Give labels as numbers, or a list with the name of every class of the model: --labels FILE.")
  }

  private func classifierTensors(of session: some InferenceSession) throws(AssayError) -> (TensorSpec, TensorSpec) {
    guard session.inputs.count == 1, session.outputs.count == 1 else {
      throw AssayError(
        .badData,
        "\(plan.modelPath) has \(session.inputs.count) inputs and \(session.outputs.count) outputs; a classifier of images has one of each."
      )
    }
    return (session.inputs[0], session.outputs[0])
  }

  private func count(
    _ image: LabelledImage, _ best: [Int], of top5: TopK, in counts: inout AccuracyCounts
  ) throws(AssayError) {
    let expected = image.label + top5.backgroundClassOffset
    guard expected < top5.classCount else {
      throw AssayError(
        .badData,
        "\(image.path) has the label \(image.label); \(plan.modelPath) knows \(top5.classCount - top5.backgroundClassOffset) classes.",
        advice: "Labels count from 0, in the order of the model's outputs.")
    }
    counts.images += 1
    if best.first == expected { counts.top1Correct += 1 }
    if best.contains(expected) { counts.top5Correct += 1 }
  }
}
