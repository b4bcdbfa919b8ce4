public import AssayCore
import Datasets
public import EngineKit
import Imaging

/// Images that are prepared beforehand and take turns as the input of a session, for runs that are about time and not about labels.
public struct ImageInputs {
  private let prepared: PreparedInputs
  private let count: Int
  private var next = 0

  /// Memory for prepared images, in bytes. Of more images than fit, some are used that lie evenly spread over all.
  private static let preparedBytes = 64 << 20

  /// Prepares images of the manifest, as many as there is memory for.
  ///
  /// - Throws: `.badData`, where the model takes no image or one of the images cannot be read.
  public init(
    _ images: ImageSet, listed list: ImageManifest, for session: some InferenceSession, modelPath: String,
    format: ModelFormat, lanes: Int
  ) throws(AssayError) {
    guard session.inputs.count == 1 else {
      throw AssayError(
        .badData, "\(modelPath) has \(session.inputs.count) inputs; a model of images has one.",
        advice: "Leave out --images to feed it random numbers.")
    }
    let input = session.inputs[0]
    let metadata =
      images.preprocessing.numbers == nil ? try InputMetadata.read(fromModel: modelPath, format: format) : nil
    let preparer = ImagePreparer(try Preprocessing(images.preprocessing, input: input, metadata: metadata))
    let capacity = max(1, min(Self.preparedBytes / max(input.byteCount, 1), list.count))
    var manifest = try ImageManifestReader(opening: list.path)
    var chosen: [LabelledImage] = []
    let step = (list.count + capacity - 1) / capacity
    var index = 0
    while chosen.count < capacity, let image = try manifest.next() {
      if index.isMultiple(of: step) { chosen.append(image) }
      index += 1
    }
    let prepared = PreparedInputs(capacity: capacity, byteCount: input.byteCount)
    try Self.prepare(chosen, with: preparer, lanes: lanes, into: prepared)
    self.prepared = prepared
    count = chosen.count
  }

  /// Makes the next image the input of the session.
  public mutating func fill(_ session: some InferenceSession) {
    session.inputBytes(at: 0).copyMemory(from: UnsafeRawBufferPointer(prepared[next]))
    next = (next + 1) % count
  }

  private static func prepare(
    _ images: [LabelledImage], with preparer: ImagePreparer, lanes: Int, into prepared: PreparedInputs
  ) throws(AssayError) {
    guard !images.isEmpty else { throw AssayError(.badData, "There are no images.") }
    var preparers = Array(repeating: preparer, count: lanes)
    var failures = [AssayError?](repeating: nil, count: images.count)
    preparers.withUnsafeMutableBufferPointer { preparers in
      failures.withUnsafeMutableBufferPointer { failures in
        Parallel.forEach(count: images.count, lanes: lanes) { index, lane in
          do throws(AssayError) {
            try preparers[lane].prepare(images[index].path, into: prepared[index])
          } catch {
            failures[index] = error
          }
        }
      }
    }
    if let failure = failures.lazy.compactMap(\.self).first {
      throw AssayError(.badData, failure.message, advice: "Repair or remove it.")
    }
  }
}
