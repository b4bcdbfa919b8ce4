import AssayCore
import CEngineAPIs
import Glibc

extension LiteRTEngine {
  /// Loads a model for an environment.
  ///
  /// - Throws: `.badModel`, or `.unsupported` for what LiteRT's compiled models do not do.
  func load(_ path: String, in environment: LiteRTHandle) throws(AssayError) -> LiteRTHandle {
    try verify(path, in: environment)
    do throws(LiteRTFailure) {
      let pointer = try liteRTObject("CreateModelFromFile") {
        functions.CreateModelFromFile(environment.pointer, path, $0)
      }
      return LiteRTHandle(pointer, madeOf: environment, destroy: functions.DestroyModel)
    } catch {
      guard error.status == kLiteRtStatusErrorUnsupported else {
        throw AssayError(.badModel, "LiteRT cannot load \(path): \(error).")
      }
      throw AssayError(
        .unsupported,
        "\(path) has something that LiteRT's compiled models do not support, such as variable tensors, "
          + "the state of an LSTM: \(error).")
    }
  }

  /// Checks that a file holds a whole model.
  ///
  /// Given a file, the library trusts it, and dies of a truncated one; given bytes, it verifies them.
  private func verify(_ path: String, in environment: LiteRTHandle) throws(AssayError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.unreadable(path) }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { throw Self.unreadable(path) }
    guard information.st_mode & S_IFMT == S_IFREG else { throw AssayError(.badModel, "\(path) is not a file.") }
    let size = Int(information.st_size)
    guard size > 0 else { throw AssayError(.badModel, "\(path) is empty.") }
    guard let bytes = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), bytes != MAP_FAILED else {
      throw Self.unreadable(path)
    }
    defer { munmap(bytes, size) }
    guard ModelFormat.tflite.traits?.isMarked(UnsafeRawBufferPointer(start: bytes, count: size)) == true else {
      throw AssayError(.badModel, "\(path) is no TensorFlow Lite model: it does not have the identifier TFL3.")
    }
    var model: LiteRtModel?
    let status = functions.CreateModelFromBuffer(environment.pointer, bytes, size, &model)
    if let model { functions.DestroyModel(model) }
    if status == kLiteRtStatusErrorInvalidFlatbuffer {
      throw AssayError(.badModel, "\(path) is damaged: it is not a whole flatbuffer. Was its download cut short?")
    }
  }

  private static func unreadable(_ path: String) -> AssayError {
    AssayError(.badModel, "\(path) cannot be read: \(String(cString: strerror(errno))).")
  }
}
