import AssayCore
import Datasets
import EngineKit
import Imaging
import Measurement

/// Prepares and infers several images at once: each thread prepares an image and hands it to the next free thread of the pool.
struct OverlappedClassifier<Session: InferenceSession>: ImageClassifier, ~Copyable {
  private let pool: SessionPool<Session>
  private let scorer: Scorer
  private let preparation: ImagePreparation
  private let stop: StopFlag
  /// One place for each preparing thread.
  private let prepared: PreparedInputs

  init(_ pool: SessionPool<Session>, scorer: Scorer, preparation: ImagePreparation, stop: StopFlag) {
    self.pool = pool
    self.scorer = scorer
    self.preparation = preparation
    self.stop = stop
    prepared = PreparedInputs(capacity: preparation.lanes, byteCount: scorer.input.byteCount)
  }

  mutating func classify(_ chunk: inout Chunk) throws(AssayError) {
    let (images, stop, pool, scorer, prepared) = (chunk.images, stop, pool, scorer, prepared)
    let preprocessing = preparation.preprocessing
    let failed = StopFlag()
    let results: [Result<Outcome, AssayError>] = Parallel.map(
      count: images.count, lanes: preparation.lanes,
      makeLane: { (place: $0, preparer: ImagePreparer(preprocessing)) },
      { index, lane in
        if stop.isRaised || failed.isRaised { return .success(.pending) }
        do throws(AssayError) {
          try lane.preparer.prepare(images[index].path, into: prepared[lane.place])
        } catch {
          return .success(.unreadable(images[index].naming(error)))
        }
        do throws(AssayError) {
          return .success(
            try Self.infer(prepared, at: lane.place, in: pool, scorer: scorer, label: images[index].label))
        } catch {
          failed.raise()
          return .failure(error)
        }
      })
    chunk.outcomes = results.map { (try? $0.get()) ?? .pending }
    for case .failure(let error) in results { throw error }
  }

  var trial: ImageTrial {
    { [pool, scorer, prepared] (label, write) throws(AssayError) in
      guard write(prepared[0]) else { return nil }
      return try Self.infer(prepared, at: 0, in: pool, scorer: scorer, label: label)
    }
  }

  consuming func finish() {}

  private static func infer(
    _ prepared: PreparedInputs, at place: Int, in pool: SessionPool<Session>, scorer: Scorer, label: Int
  ) throws(AssayError) -> Outcome {
    try pool.perform { session throws(AssayError) in
      session.inputBytes(at: scorer.inputIndex).copyMemory(from: UnsafeRawBufferPointer(prepared[place]))
      try session.infer()
      return scorer.outcome(of: session, label: label)
    }
  }
}
