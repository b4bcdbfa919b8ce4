import AssayCore
import Datasets
import EngineKit
import Imaging
import Measurement
import Platform
import RecordLog

/// Takes a chunk of images through preparation, then through inference.
protocol ChunkClassifier: ~Copyable {
  /// Gives every image its outcome, but those that were not reached before a stop or an error.
  mutating func classify(_ chunk: inout Chunk) throws(AssayError)
  /// Ends the record log, if there is one.
  consuming func finish()
}

/// Prepares all images of a chunk in parallel, then infers them one by one with nothing else running.
struct IsolatedClassifier<Session: InferenceSession>: ChunkClassifier, ~Copyable {
  private let session: Session
  private let scorer: Scorer
  private let stop: StopFlag
  private let origin: UInt64
  private var preparers: [ImagePreparer]
  private let prepared: PreparedInputs
  private var log: RecordLogWriter

  /// - Parameters:
  ///   - preparer: is copied for every thread that prepares.
  ///   - capacity: images in a chunk, at most.
  ///   - log: gets a record an image.
  init(
    _ session: Session, scorer: Scorer, preparer: ImagePreparer, lanes: Int, capacity: Int, stop: StopFlag,
    log: consuming RecordLogWriter
  ) {
    self.session = session
    self.scorer = scorer
    self.stop = stop
    self.log = log
    preparers = Array(repeating: preparer, count: lanes)
    prepared = PreparedInputs(capacity: capacity, byteCount: scorer.input.byteCount)
    origin = MonotonicClock.now()
  }

  mutating func classify(_ chunk: inout Chunk) throws(AssayError) {
    prepare(&chunk)
    var isFirst = true
    for index in chunk.images.indices {
      if stop.isRaised { return }
      if case .unreadable = chunk.outcomes[index] { continue }
      session.inputBytes(at: 0).copyMemory(from: UnsafeRawBufferPointer(prepared[index]))
      // The engine's threads and caches have been idle while the images were prepared, which is no part of an inference.
      if isFirst { try session.infer() }
      isFirst = false
      _ = try TimedLoop.runOnce(session, origin: origin, into: &log)
      chunk.outcomes[index] = scorer.outcome(of: session)
    }
  }

  consuming func finish() { log.finish() }

  private mutating func prepare(_ chunk: inout Chunk) {
    let (images, stop, prepared) = (chunk.images, stop, prepared)
    let lanes = preparers.count
    preparers.withUnsafeMutableBufferPointer { preparers in
      chunk.outcomes.withUnsafeMutableBufferPointer { outcomes in
        Parallel.forEach(count: images.count, lanes: lanes) { index, lane in
          if stop.isRaised { return }
          do throws(AssayError) {
            try preparers[lane].prepare(images[index].path, into: prepared[index])
          } catch {
            outcomes[index] = .unreadable(error)
          }
        }
      }
    }
  }
}

/// Memory for input tensors that are prepared ahead.
final class PreparedInputs {
  private let memory: UnsafeMutableRawBufferPointer
  private let byteCount: Int
  private let stride: Int

  init(capacity: Int, byteCount: Int) {
    self.byteCount = byteCount
    stride = (byteCount + 63) / 64 * 64
    memory = .allocate(byteCount: capacity * stride, alignment: 64)
  }

  deinit { memory.deallocate() }

  subscript(index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[(index * stride)..<(index * stride + byteCount)])
  }
}
