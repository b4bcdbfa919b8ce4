public import AssayCore
import Datasets
public import EngineKit
import Imaging
public import Measurement
public import Platform
import Predictions
import RecordLog
import Synchronization

/// Classifies every image of a manifest once. Decoding and preprocessing are never timed.
public struct ImageClassification: Sendable {
  fileprivate let measure: AccuracyMeasure
  private let model: ModelReference
  fileprivate let job: CellJob
  fileprivate let images: ImageManifest
  private let stop: StopFlag
  /// Threads that prepare images.
  private let lanes: Int
  /// Knows how long the process was stopped, which is no part of the work.
  fileprivate let heartbeat: Heartbeat

  /// Memory for images that are prepared ahead, in bytes, and the most images that are.
  private static let preparedBytes = 32 << 20
  private static let longestChunk = 256
  /// The longest that a chunk should take, in nanoseconds, so that progress shows and a stop is heard.
  private static let chunkNanoseconds: UInt64 = 1_000_000_000

  public init(
    _ measure: AccuracyMeasure, of model: ModelReference, job: CellJob, images: ImageManifest, lanes: Int,
    stop: StopFlag, heartbeat: Heartbeat
  ) {
    self.measure = measure
    self.model = model
    self.job = job
    self.images = images
    self.lanes = lanes
    self.stop = stop
    self.heartbeat = heartbeat
  }

  /// Infers the images one by one on one session.
  ///
  /// - Parameters:
  ///   - session: has not run before; its inputs are filled.
  ///   - imageInput: the input that takes images; `nil` where that is unclear.
  ///   - warmedUp: runs before the first image.
  ///   - counted: runs between chunks.
  /// - Throws: what preparation of the whole or the session throws. Before that `counted` gets the counts until then.
  public func run(
    on session: some InferenceSession, imageInput: Int?, warmedUp: (WarmUp.Result) -> Void,
    counted: (AccuracyCounts) -> Void
  ) throws(AssayError) -> AccuracyCounts {
    let warmUp = try WarmUp.run(session, rule: measure.warmUp, stop: stop)
    let common = try Common(inputs: session.inputs, imageInput, warmUp: warmUp, of: self)
    var pass = try Pass(of: self, common: common, chunkLength: chunkLength(common.scorer, warmUp: warmUp))
    let log = try RecordLogWriter(creating: job.recordLogPath, expectedCount: images.count)
    warmedUp(warmUp)
    let classifier = IsolatedClassifier(
      session, scorer: common.scorer, preparation: common.preparation, capacity: pass.chunkLength, stop: stop, log: log)
    try pass.run(classifier, stop: stop, counted: counted)
    return pass.tally.complete
  }

  /// Infers several images at once, on as many sessions of a model.
  ///
  /// - Parameters:
  ///   - sessionReady: gets the load time in nanoseconds once the first session is there; runs on its thread.
  ///   - warmedUp: runs before the first image.
  ///   - counted: runs between chunks.
  /// - Throws: as `run(on:warmedUp:counted:)`.
  public func run<Model: CompiledModel>(
    overlapped loaded: LoadedModel<Model>, sessions: Int, seed: UInt64,
    sessionReady: @escaping @Sendable (_ loadNanoseconds: UInt64) -> Void, warmedUp: (WarmUp.Result) -> Void,
    counted: (AccuracyCounts) -> Void
  ) throws(AssayError) -> AccuracyCounts {
    let (rule, stop, values) = (measure.warmUp, stop, loaded.values)
    let start = MonotonicClock.now()
    let first = Mutex<WarmUp.Result?>(nil)
    let pool = try SessionPool(loaded.model, count: sessions) { session, number throws(AssayError) in
      values.fill(session, seed: seed)
      guard number == 0 else { return try session.infer() }
      sessionReady(loaded.compileNanoseconds + MonotonicClock.now() - start)
      let result = try WarmUp.run(session, rule: rule, stop: stop)
      first.withLock { $0 = result }
    }
    guard let warmUp = first.withLock({ $0 }) else { return AccuracyCounts() }
    let common = try Common(inputs: loaded.model.inputs, values.imageInput, warmUp: warmUp, of: self)
    var pass = try Pass(of: self, common: common, chunkLength: chunkLength(common.scorer, warmUp: warmUp))
    warmedUp(warmUp)
    let classifier = OverlappedClassifier(
      pool, scorer: common.scorer, preparation: common.preparation, stop: stop)
    try pass.run(classifier, stop: stop, counted: counted)
    return pass.tally.complete
  }

  private func chunkLength(_ scorer: Scorer, warmUp: WarmUp.Result) -> Int {
    let inMemory = Self.preparedBytes / max(scorer.input.byteCount, 1)
    let inTime = Int(clamping: Self.chunkNanoseconds / max(warmUp.fastestNanoseconds, 1))
    return max(lanes, min(inMemory, inTime, Self.longestChunk))
  }

  /// What all images have in common.
  fileprivate struct Common {
    let scorer: Scorer
    let metadata: InputMetadata?
    let preparation: ImagePreparation

    init(inputs: [TensorSpec], _ imageInput: Int?, warmUp: WarmUp.Result, of run: ImageClassification)
      throws(AssayError)
    {
      scorer = try Scorer(
        inputs: inputs, imageInput, outputs: warmUp.outputs, measure: run.measure, images: run.images,
        modelPath: run.model.path)
      metadata = try run.measure.images.metadata(of: run.model)
      let preprocessing = try Preprocessing(run.measure.images.preprocessing, input: scorer.input, metadata: metadata)
      preparation = ImagePreparation(preprocessing: preprocessing, lanes: run.lanes)
    }
  }
}

/// One pass over the images.
private struct Pass: ~Copyable {
  let chunkLength: Int
  private(set) var tally: Tally

  private let measure: AccuracyMeasure
  private let imageCount: Int
  private let common: ImageClassification.Common
  private var manifest: ImageManifestReader
  private var predictions: PredictionWriter
  private var check = SelfCheck()
  private var isChecked = false
  private var flaws: [ScoreFlaw: Int] = [:]
  private let heartbeat: Heartbeat

  init(
    of run: ImageClassification, common: ImageClassification.Common, chunkLength: Int
  ) throws(AssayError) {
    // What may fail comes first: a structure that cannot be copied cannot be left half made.
    let manifest = try ImageManifestReader(opening: run.images.path)
    let ranks = Set(run.measure.ranks).sorted()
    let predictions = try PredictionWriter(creating: run.job.predictionsPath ?? "", k: ranks.last ?? 1)
    self.manifest = manifest
    self.predictions = predictions
    measure = run.measure
    imageCount = run.images.count
    heartbeat = run.heartbeat
    self.common = common
    self.chunkLength = chunkLength
    tally = Tally(classCount: common.scorer.labels.upperBound, ranks: ranks)
    tally.describe {
      $0.preprocessing = common.preparation.preprocessing.description
      $0.labelOffset = common.scorer.labelOffset
    }
  }

  mutating func run<Classifier: ImageClassifier & ~Copyable>(
    _ classifier: consuming Classifier, stop: StopFlag, counted: (AccuracyCounts) -> Void
  ) throws(AssayError) {
    let start = MonotonicClock.now() &- heartbeat.stoppedNanoseconds
    var failure: AssayError?
    var isThrough = false
    while !stop.isRaised, failure == nil, !isThrough {
      do throws(AssayError) {
        isThrough = try step(&classifier)
        if check.isComplete || isThrough { try checkReadings(classifier.trial) }
      } catch {
        failure = error
      }
      heartbeat.settle()
      let seconds = Double(MonotonicClock.now() &- heartbeat.stoppedNanoseconds &- start) / 1e9
      tally.describe { $0.seconds = seconds }
      counted(tally.counts)
    }
    do throws(AssayError) { try classifier.finish() } catch { failure = failure ?? error }
    addFlaws()
    if failure == nil, tally.counts.images == 0, !stop.isRaised { failure = noneReadable() }
    guard let failure else { return }
    // The counts and the names of unreadable images belong into the results of a failed cell too.
    counted(tally.complete)
    throw failure
  }

  /// Classifies the next chunk.
  ///
  /// - Returns: whether there are no more images.
  private mutating func step<Classifier: ImageClassifier & ~Copyable>(
    _ classifier: inout Classifier
  ) throws(AssayError) -> Bool {
    var chunk = Chunk(try nextImages())
    if chunk.images.isEmpty { return true }
    var failure: AssayError?
    do throws(AssayError) { try classifier.classify(&chunk) } catch { failure = error }
    // Outcomes count even in a chunk that ended in an error.
    try count(chunk)
    if let failure { throw failure }
    return false
  }

  private mutating func nextImages() throws(AssayError) -> [LabelledImage] {
    var images: [LabelledImage] = []
    while images.count < chunkLength, let image = try manifest.next() { images.append(image) }
    return images
  }

  private mutating func count(_ chunk: Chunk) throws(AssayError) {
    for (image, outcome) in zip(chunk.images, chunk.outcomes) {
      switch outcome {
      case .pending: continue
      case .unreadable(let error):
        tally.add(UnreadableImage(path: image.name, reason: error.message))
        predictions.write(image: image.name, label: image.label)
        if measure.isStrict {
          throw AssayError(.badData, error.message, advice: "Repair or remove it, or leave out --strict.")
        }
      case .classified(let found):
        // Scores without an order say nothing about what an image was taken for.
        tally.add(label: image.label, best: found.flaw == nil ? found.classes : [], rank: found.rank)
        if let flaw = found.flaw {
          flaws[flaw, default: 0] += 1
        } else {
          // The check looks for misread images and labels, so a tie counts by its first class, as for the other readings.
          check.add(image, classes: found.classes, scores: found.scores)
        }
        predictions.write(
          image: image.name, label: image.label, rank: found.rank.map { $0 + 1 } ?? 0, classes: found.classes,
          scores: found.scores)
      }
    }
    try predictions.flush()
  }

  /// Tries other readings, once, on the first images.
  private mutating func checkReadings(_ trial: @escaping ImageTrial) throws(AssayError) {
    guard !isChecked else { return }
    isChecked = true
    let labels = check.labelReading(labelOffset: common.scorer.labelOffset, labels: common.scorer.labels)
    // Labels that are misread would hide what is wrong with the images.
    let images =
      labels == nil
      ? try check.imageReading(
        ImageReadings.all(
          besides: measure.images.preprocessing, metadata: common.metadata, input: common.scorer.input,
          common: check.triedByAll, lanes: common.preparation.lanes, trial: trial))
      : nil
    let warning = check.sortedOutputWarning
    tally.describe {
      $0.otherReadings = [labels, images].compactMap(\.self)
      $0.warnings = [warning].compactMap(\.self)
    }
  }

  /// Reports images whose scores are no ranking, in one warning.
  private mutating func addFlaws() {
    guard !flaws.isEmpty else { return }
    let warning = Warning.brokenScores(
      notANumber: flaws[.notANumber] ?? 0, infinite: flaws[.infinite] ?? 0, constant: flaws[.constant] ?? 0,
      images: tally.counts.images)
    tally.describe { $0.warnings.append(warning) }
  }

  private func noneReadable() -> AssayError {
    let first = tally.counts.unreadable.first?.reason ?? "there are none."
    return AssayError(
      .badData, "None of the \(imageCount) images could be read, beginning with: \(first)",
      advice: "Images are JPEG or PNG files.")
  }
}
