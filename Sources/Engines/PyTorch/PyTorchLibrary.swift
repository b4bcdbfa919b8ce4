import AssayCore
import CEngineAPIs
import DynamicLibrary
import Platform

/// A compiled model: its library and what was made of it. Several threads may run it at once.
final class PyTorchLibrary: Sendable {
  let functions: aoti_functions
  // The library guards its container with a lock of its own.
  nonisolated(unsafe) let container: OpaquePointer
  private let library: DynamicLibrary
  /// The library reads its weights from its own file, by the name that it was opened under.
  private let file: FileDescriptor
  private let kernels: PyTorchKernels?

  /// How many threads may run the model at once; each costs a few pointers, because they share the weights. On a GPU each would load its
  /// kernels when it first runs, and its stream runs one after the other anyway.
  private static func models(on device: PyTorchDevice) -> Int { device == .cpu ? 64 : 1 }

  /// - Throws: `.unsupported` for code that does not fit to the library of PyTorch, `.badModel`.
  init(
    _ package: PyTorchPackage, for device: PyTorchDevice, modelPath: String, engine: PyTorchEngine
  ) throws(AssayError) {
    (file, kernels) = (package.library, package.kernels)
    let opened: DynamicLibrary
    let functions: aoti_functions
    do throws(DynamicLibrary.LoadError) {
      opened = try DynamicLibrary(opening: "/proc/self/fd/\(file.number)")
      functions = try aoti_functions(opened)
    } catch {
      throw AssayError(
        .unsupported, "\(modelPath) does not fit to PyTorch \(engine.version): \(error)",
        advice: "Compile it with this version of PyTorch, or name its library: --engine-library torch=PATH")
    }
    var container: OpaquePointer?
    let status = functions.CreateWithDevice(&container, Self.models(on: device), device.name, kernels?.folder)
    guard status == AOTITorchError(AOTI_TORCH_SUCCESS), let container else {
      let failure = functions.failure
      opened.close()
      throw failure.error(.badModel, "PyTorch cannot load \(modelPath)", advice: "Compile it again.")
    }
    (self.functions, self.container, library) = (functions, container, opened)
  }

  deinit {
    _ = functions.Delete(container)
    library.close()
  }

  var inputNames: [String] { names(functions.GetNumInputs, functions.GetInputName) }

  /// The keys of a dictionary that the model returns, else the library's own names.
  var outputNames: [String] {
    let names = names(functions.GetNumOutputs, functions.GetOutputName)
    var (inputs, outputs): (UnsafePointer<CChar>?, UnsafePointer<CChar>?)
    guard functions.GetCallSpec(container, &inputs, &outputs) == AOTITorchError(AOTI_TORCH_SUCCESS), let outputs,
      let keys = PyTorchTree(String(cString: outputs))?.keys, keys.count == names.count
    else { return names }
    return keys
  }

  private func names(
    _ count: @convention(c) (OpaquePointer, UnsafeMutablePointer<Int>) -> AOTITorchError,
    _ name: @convention(c) (OpaquePointer, Int, UnsafeMutablePointer<UnsafePointer<CChar>?>) -> AOTITorchError
  ) -> [String] {
    var number = 0
    guard count(container, &number) == AOTITorchError(AOTI_TORCH_SUCCESS) else { return [] }
    return (0..<number).map { index in
      var text: UnsafePointer<CChar>?
      _ = name(container, index, &text)
      return text.map { String(cString: $0) } ?? "\(index)"
    }
  }
}

extension aoti_functions {
  fileprivate init(_ library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    self.init(
      CreateWithDevice: try library.function("AOTInductorModelContainerCreateWithDevice"),
      Delete: try library.function("AOTInductorModelContainerDelete"),
      Run: try library.function("AOTInductorModelContainerRun"),
      GetNumInputs: try library.function("AOTInductorModelContainerGetNumInputs"),
      GetNumOutputs: try library.function("AOTInductorModelContainerGetNumOutputs"),
      GetInputName: try library.function("AOTInductorModelContainerGetInputName"),
      GetOutputName: try library.function("AOTInductorModelContainerGetOutputName"),
      GetCallSpec: try library.function("AOTInductorModelContainerGetCallSpec"),
      GetLastError: library.optionalFunction("AOTInductorGetLastError"))
  }

  /// What the library says of its last failure.
  var failure: PyTorchFailure {
    var text: UnsafePointer<CChar>?
    _ = GetLastError?(&text)
    return PyTorchFailure(text: text.map { String(cString: $0) } ?? "")
  }
}
