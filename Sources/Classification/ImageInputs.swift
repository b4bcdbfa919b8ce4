public import AssayCore
import Datasets
public import EngineKit
import Imaging
public import Measurement

/// Images that are prepared beforehand and take turns as the input of a session, for runs that are about time and not about labels.
public struct ImageInputs {
  private let prepared: PreparedInputs
  private let count: Int
  private let inputIndex: Int
  private var next = 0

  /// Memory for prepared images, in bytes. Of more images than fit, some are used that lie evenly spread over all.
  private static let preparedBytes = 64 << 20

  /// Prepares images of the manifest, as many as there is memory for.
  ///
  /// - Parameter imageInput: the input that takes images; `nil` where that is unclear.
  /// - Throws: `.badData` where the model takes no image or one of the images cannot be read.
  public init(
    _ manifest: ImageManifest, of set: ImageSet, inputs: [TensorSpec], at imageInput: Int?, model: ModelReference,
    lanes: Int, stop: StopFlag
  ) throws(AssayError) {
    guard let imageInput else {
      throw AssayError(
        .badData, "\(model.path) has \(inputs.count) inputs; a model of images has one.",
        advice: "Give the other inputs with --input NAME=FILE.npy, or leave out --images to feed it random numbers.")
    }
    let input = inputs[imageInput]
    inputIndex = imageInput
    let metadata = try set.metadata(of: model)
    let preparation = ImagePreparation(
      preprocessing: try Preprocessing(set.preprocessing, input: input, metadata: metadata), lanes: lanes)
    let capacity = max(1, min(Self.preparedBytes / max(input.byteCount, 1), manifest.count))
    let images = try Self.selection(of: manifest, count: capacity)
    guard !images.isEmpty else { throw AssayError(.badData, "There are no images.") }
    prepared = PreparedInputs(capacity: images.count, byteCount: input.byteCount)
    count = images.count
    if let failure = preparation.prepare(images, into: prepared, stop: stop).lazy.compactMap(\.self).first {
      throw AssayError(.badData, failure.message, advice: "Repair or remove it.")
    }
  }

  /// Makes the next image the input of the session.
  public mutating func fill(_ session: some InferenceSession) {
    session.inputBytes(at: inputIndex).copyMemory(from: UnsafeRawBufferPointer(prepared[next]))
    next = (next + 1) % count
  }

  private static func selection(of list: ImageManifest, count: Int) throws(AssayError) -> [LabelledImage] {
    var manifest = try ImageManifestReader(opening: list.path)
    var images: [LabelledImage] = []
    let step = (list.count + count - 1) / count
    var index = 0
    while images.count < count, let image = try manifest.next() {
      if index.isMultiple(of: step) { images.append(image) }
      index += 1
    }
    return images
  }
}

extension ImageSet {
  /// What the model's file says of its input.
  func metadata(of model: ModelReference) throws(AssayError) -> InputMetadata? {
    guard let format = model.format else { return nil }
    return try InputMetadata.read(fromModel: model.path, format: format, besides: preprocessing)
  }
}
