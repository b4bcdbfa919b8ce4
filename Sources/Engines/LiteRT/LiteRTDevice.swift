import CEngineAPIs

/// Where LiteRT runs a model.
enum LiteRTDevice: String {
  case cpu
  /// Through the GPU accelerator, a library beside LiteRT's own.
  case gpu

  /// The bit of the accelerator that serves the device.
  var accelerator: LiteRtHwAcceleratorSet {
    switch self {
    case .cpu: LiteRtHwAcceleratorSet(kLiteRtHwAcceleratorCpu.rawValue)
    case .gpu: LiteRtHwAcceleratorSet(kLiteRtHwAcceleratorGpu.rawValue)
    }
  }

  /// What may run a model: the CPU takes what the device does not.
  var hardware: LiteRtHwAcceleratorSet { accelerator | Self.cpu.accelerator }
}

extension LiteRTEngine {
  /// The name of the accelerator that serves the GPU; `nil` where there is none, or no GPU for it.
  ///
  /// That the accelerator is registered means only that its library is here: whether there is a GPU shows when it compiles.
  func gpuAccelerator() -> String? {
    let gpu = LiteRTDevice.gpu.accelerator
    do throws(LiteRTFailure) {
      let environment = try makeEnvironment(for: .gpu)
      guard let name = try functions.nameOfAccelerator(for: gpu, in: environment) else { return nil }
      return try Self.addition.withUnsafeBufferPointer { (bytes) throws(LiteRTFailure) -> String? in
        guard let start = bytes.baseAddress else { return nil }
        let pointer = try liteRTObject("CreateModelFromBuffer") {
          functions.CreateModelFromBuffer(environment.pointer, start, bytes.count, $0)
        }
        let model = LiteRTHandle(pointer, madeOf: environment, destroy: functions.DestroyModel)
        _ = try functions.compile(model, in: environment, hardware: gpu, threads: 1)
        return name
      }
    } catch {
      return nil
    }
  }

  /// A model of one operation, ADD of an input float32 [1, 4] to itself: a flatbuffer of TensorFlow Lite's schema, version 3.
  private static let addition: [UInt8] = [
    24, 0, 0, 0, 84, 70, 76, 51, 0, 0, 14, 0, 20, 0, 16, 0, 12, 0, 8, 0, 0, 0, 4, 0,
    14, 0, 0, 0, 16, 0, 0, 0, 24, 0, 0, 0, 232, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0,
    4, 0, 0, 0, 32, 255, 255, 255, 1, 0, 0, 0, 16, 0, 0, 0, 12, 0, 20, 0, 16, 0, 12, 0,
    8, 0, 4, 0, 12, 0, 0, 0, 16, 0, 0, 0, 80, 0, 0, 0, 84, 0, 0, 0, 88, 0, 0, 0,
    1, 0, 0, 0, 20, 0, 0, 0, 0, 0, 14, 0, 20, 0, 0, 0, 16, 0, 12, 0, 11, 0, 4, 0,
    14, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 11, 12, 0, 0, 0, 16, 0, 0, 0, 120, 255, 255, 255,
    1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
    1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 52, 0, 0, 0, 4, 0, 0, 0,
    224, 255, 255, 255, 8, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 121, 0, 0, 0, 2, 0, 0, 0,
    1, 0, 0, 0, 4, 0, 0, 0, 12, 0, 12, 0, 8, 0, 0, 0, 0, 0, 4, 0, 12, 0, 0, 0,
    8, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 120, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0,
    4, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 4, 0, 4, 0, 4, 0, 0, 0,
  ]
}
