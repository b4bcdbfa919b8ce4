public import AssayCore
import Datasets
public import EngineKit
import Imaging
public import Measurement
import Predictions
import RecordLog

/// Classifies every image of a manifest once. Decoding and preprocessing are never timed.
public struct ImageClassification {
  private let workload: ImageWorkload
  private let modelPath: String
  private let format: ModelFormat
  private let recordLogPath: String
  private let stop: StopFlag
  /// Threads that prepare images.
  private let lanes: Int

  /// Memory for images that are prepared ahead, in bytes, and the most images that are.
  private static let preparedBytes = 32 << 20
  private static let longestChunk = 256
  /// How long a chunk should take at most, in nanoseconds, so that progress shows and a stop is heard.
  private static let chunkNanoseconds: UInt64 = 1_000_000_000

  public init(
    _ workload: ImageWorkload, modelPath: String, format: ModelFormat, recordLogPath: String, lanes: Int, stop: StopFlag
  ) {
    self.workload = workload
    self.modelPath = modelPath
    self.format = format
    self.recordLogPath = recordLogPath
    self.lanes = lanes
    self.stop = stop
  }

  /// - Parameters:
  ///   - sessions: of the same model. Overlapped runs use all of them, isolated ones the first.
  ///   - started: is called when warm-up is over.
  ///   - counted: is called between chunks.
  /// - Throws: what preparation of the whole or a session throws. Before that `counted` gets what was counted so far.
  public func run<Session: InferenceSession>(
    on sessions: [Session], started: (WarmUp.Result) -> Void, counted: (AccuracyCounts) -> Void
  ) throws(AssayError) -> AccuracyCounts {
    guard let session = sessions.first else { return AccuracyCounts() }
    let scorer = try Scorer(session, workload: workload, modelPath: modelPath)
    let metadata = try metadata()
    let preprocessing = try Preprocessing(workload.preprocessing, input: scorer.input, metadata: metadata)
    let preparer = ImagePreparer(preprocessing)
    let warmUp = try WarmUp.run(session, rule: workload.warmUp, stop: stop)
    var pass = try Pass(
      workload: workload, scorer: scorer, preprocessing: preprocessing.description, metadata: metadata,
      chunkLength: chunkLength(scorer, warmUp: warmUp))
    switch workload.timing {
    case .isolated:
      let log = try RecordLogWriter(creating: recordLogPath, expectedCount: workload.count)
      started(warmUp)
      let classifier = IsolatedClassifier(
        session, scorer: scorer, preparer: preparer, lanes: lanes, capacity: pass.chunkLength, stop: stop, log: log)
      try pass.run(classifier, checkingOn: session, stop: stop, counted: counted)
    case .overlapped:
      for other in sessions.dropFirst() { try other.infer() }
      started(warmUp)
      let classifier = OverlappedClassifier(sessions, scorer: scorer, preparer: preparer, lanes: lanes, stop: stop)
      try pass.run(classifier, checkingOn: session, stop: stop, counted: counted)
    }
    return pass.tally.complete
  }

  /// Only read where no numbers were asked for: a damaged one can so be done without.
  private func metadata() throws(AssayError) -> InputMetadata? {
    workload.preprocessing.numbers == nil ? try InputMetadata.read(fromModel: modelPath, format: format) : nil
  }

  private func chunkLength(_ scorer: Scorer, warmUp: WarmUp.Result) -> Int {
    let inMemory = Self.preparedBytes / max(scorer.input.byteCount, 1)
    let inTime = Int(clamping: Self.chunkNanoseconds / max(warmUp.fastestNanoseconds, 1))
    return max(lanes, min(inMemory, inTime, Self.longestChunk))
  }
}

/// One pass over the images.
private struct Pass: ~Copyable {
  let chunkLength: Int
  private(set) var tally: Tally

  private let workload: ImageWorkload
  private let scorer: Scorer
  private let metadata: InputMetadata?
  private var manifest: ImageManifestReader
  private var predictions: PredictionWriter
  private var check = SelfCheck()
  private var isChecked = false

  init(
    workload: ImageWorkload, scorer: Scorer, preprocessing: String, metadata: InputMetadata?, chunkLength: Int
  ) throws(AssayError) {
    // First what may fail: a structure that cannot be copied cannot be left half made.
    let manifest = try ImageManifestReader(opening: workload.manifestPath)
    let predictions = try PredictionWriter(creating: workload.predictionsPath, k: workload.ranks.max() ?? 1)
    self.manifest = manifest
    self.predictions = predictions
    self.workload = workload
    self.scorer = scorer
    self.metadata = metadata
    self.chunkLength = chunkLength
    tally = Tally(classCount: scorer.labels.upperBound, ranks: workload.ranks)
    tally.describe {
      $0.preprocessing = preprocessing
      $0.labelOffset = scorer.labelOffset
    }
  }

  mutating func run<Classifier: ChunkClassifier & ~Copyable>(
    _ classifier: consuming Classifier, checkingOn session: some InferenceSession, stop: StopFlag,
    counted: (AccuracyCounts) -> Void
  ) throws(AssayError) {
    let start = MonotonicClock.now()
    var failure: AssayError?
    var isThrough = false
    while !stop.isRaised, failure == nil, !isThrough {
      do throws(AssayError) {
        isThrough = try step(&classifier)
        if check.isComplete || isThrough { try checkReadings(session) }
      } catch {
        failure = error
      }
      tally.describe { $0.seconds = Double(MonotonicClock.now() - start) / 1e9 }
      counted(tally.counts)
    }
    classifier.finish()
    if failure == nil, tally.counts.images == 0, !stop.isRaised { failure = noneReadable() }
    guard let failure else { return }
    // What was counted and the names of unreadable images belong into the results, also of a cell that failed.
    counted(tally.complete)
    throw failure
  }

  /// Takes the next chunk through.
  ///
  /// - Returns: whether there are no more images.
  private mutating func step<Classifier: ChunkClassifier & ~Copyable>(
    _ classifier: inout Classifier
  ) throws(AssayError) -> Bool {
    var chunk = Chunk(try nextImages())
    if chunk.images.isEmpty { return true }
    var failure: AssayError?
    do throws(AssayError) { try classifier.classify(&chunk) } catch { failure = error }
    // Also of a chunk that ended in an error all that has an outcome counts.
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
        tally.add(UnreadableImage(path: image.path, reason: error.message))
        predictions.write(image: image.path, label: image.label)
        if workload.isStrict {
          throw AssayError(.badData, error.message, advice: "Repair or remove it, or leave out --strict.")
        }
      case .classified(let classes, let scores):
        tally.add(label: image.label, best: classes)
        check.add(image, classes: classes, scores: scores)
        predictions.write(image: image.path, label: image.label, classes: classes, scores: scores)
      }
    }
    try predictions.flush()
  }

  /// Tries other readings, once, on the first images.
  private mutating func checkReadings(_ session: some InferenceSession) throws(AssayError) {
    guard !isChecked else { return }
    isChecked = true
    let labels = check.labelReading(labelOffset: scorer.labelOffset, labels: scorer.labels)
    // Labels that are misread would hide what is wrong with the images.
    let images =
      labels == nil
      ? try check.imageReading(
        ImageReadings.all(besides: workload.preprocessing, metadata: metadata, session: session, scorer: scorer))
      : nil
    let warning = check.sortedOutputWarning
    tally.describe {
      $0.otherReadings = [labels, images].compactMap(\.self)
      $0.warnings = [warning].compactMap(\.self)
    }
  }

  private func noneReadable() -> AssayError {
    let first = tally.counts.unreadable.first?.reason ?? "there are none."
    return AssayError(
      .badData, "None of the \(workload.count) images could be read, beginning with: \(first)",
      advice: "Images are JPEG or PNG files.")
  }
}
