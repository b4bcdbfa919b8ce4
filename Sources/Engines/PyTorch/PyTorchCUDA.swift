import AssayCore
import CEngineAPIs
import DynamicLibrary

/// PyTorch's part for NVIDIA's GPUs, a library beside `libtorch_cpu.so`, which registers itself when it is opened.
extension PyTorchEngine {
  private static let library = "libtorch_cuda.so"
  /// More GPUs than machines have.
  private static let mostGPUs: Int32 = 64

  /// Opens what a device needs, and starts its driver.
  ///
  /// - Throws: `.deviceUnavailable`, with what is missing.
  func start(_ device: PyTorchDevice) throws(AssayError) {
    guard case .cuda(let number) = device else { return }
    try openCUDA(for: device)
    do throws(PyTorchFailure) {
      // The smallest tensor: PyTorch has no other function in C that starts CUDA.
      _ = try api.tensor { api.functions.empty_strided(1, [1], [1], Int32(TORCH_UINT8), api.cuda, number, $0) }
    } catch {
      throw error.error(
        .deviceUnavailable, "PyTorch \(version) cannot use \(device.name)",
        advice: "Check that nvidia-smi lists the GPU, and that its driver is new enough for this PyTorch.")
    }
  }

  private func openCUDA(for device: PyTorchDevice) throws(AssayError) {
    let path = libraryPath ?? ""
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    do throws(DynamicLibrary.LoadError) {
      _ = try DynamicLibrary(opening: folder + Self.library)
    } catch {
      throw AssayError(
        .deviceUnavailable, "PyTorch \(version) at \(path) does not run on \(device.name): \(error)",
        advice:
          "A build for CPUs (+cpu) has no \(Self.library). Install one for CUDA, for example with pip install torch, and name it: "
          + "--engine-library torch=PATH/torch/lib/libtorch_cpu.so")
    }
  }

  /// The GPUs that PyTorch can use; none without its part for them.
  var gpus: [DeviceDescription] {
    guard (try? openCUDA(for: .cuda(0))) != nil else { return [] }
    let devices = (0..<Self.mostGPUs).lazy.map { PyTorchDevice.cuda($0) }
    return devices.prefix { (try? start($0)) != nil }.map { DeviceDescription(name: $0.name) }
  }
}

extension PyTorchAPI {
  var cpu: Int32 { functions.device_type_cpu() }
  var cuda: Int32 { functions.device_type_cuda() }
}
