import AssayCore
import Datasets
import EngineKit
import Imaging
import Measurement
import Platform
import RecordLog

/// The outcome of an image that a body writes into the input; `nil` where it cannot be read.
typealias ImageTrial = (_ label: Int, _ write: (UnsafeMutableRawBufferPointer) -> Bool) throws(AssayError) -> Outcome?

/// Takes images through preparation, then through inference.
protocol ImageClassifier: ~Copyable {
  /// Gives every image its outcome, except those that were not reached before a stop or an error.
  mutating func classify(_ chunk: inout Chunk) throws(AssayError)
  /// Infers single images with other preprocessing.
  var trial: ImageTrial { get }
  /// Ends the record log, if there is one.
  ///
  /// - Throws: `.inputOutput` if records are lost.
  consuming func finish() throws(AssayError)
}

/// Prepares all images of a chunk in parallel, then infers them one by one with nothing else running.
struct IsolatedClassifier<Session: InferenceSession>: ImageClassifier, ~Copyable {
  private let session: Session
  private let scorer: Scorer
  private let preparation: ImagePreparation
  private let stop: StopFlag
  private let origin: UInt64
  private let prepared: PreparedInputs
  private var log: RecordLogWriter

  /// - Parameters:
  ///   - capacity: images in a chunk, at most.
  ///   - log: gets a record an image.
  init(
    _ session: Session, scorer: Scorer, preparation: ImagePreparation, capacity: Int, stop: StopFlag,
    log: consuming RecordLogWriter
  ) {
    self.session = session
    self.scorer = scorer
    self.preparation = preparation
    self.stop = stop
    self.log = log
    prepared = PreparedInputs(capacity: capacity, byteCount: scorer.input.byteCount)
    origin = MonotonicClock.now(for: session)
  }

  mutating func classify(_ chunk: inout Chunk) throws(AssayError) {
    let failures = preparation.prepare(chunk.images, into: prepared, stop: stop)
    var isFirst = true
    for (index, failure) in failures.enumerated() {
      if let failure {
        chunk.outcomes[index] = .unreadable(failure)
        continue
      }
      if stop.isRaised { return }
      session.inputBytes(at: scorer.inputIndex).copyMemory(from: UnsafeRawBufferPointer(prepared[index]))
      // The engine's threads and caches idled while the images were prepared, which is no part of an inference.
      if isFirst { try session.infer() }
      isFirst = false
      try TimedLoop.runOnce(session, since: origin, into: &log)
      chunk.outcomes[index] = scorer.outcome(of: session, label: chunk.images[index].label)
    }
  }

  var trial: ImageTrial {
    { [session, scorer] (label, write) throws(AssayError) in
      guard write(session.inputBytes(at: scorer.inputIndex)) else { return nil }
      try session.infer()
      return scorer.outcome(of: session, label: label)
    }
  }

  consuming func finish() throws(AssayError) { try log.finish() }
}
