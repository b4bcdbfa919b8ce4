import AssayCore

/// An engine whose library is C++, so that a shim must be compiled where the library is.
public enum ShimmedEngine: String, CaseIterable, Sendable {
  case tensorrt
  case tensorRTLean = "tensorrt-lean"
  case tensorRTRTX = "tensorrt-rtx"
  case torchscript
  case executorch

  var shim: Shim {
    switch self {
    case .tensorrt, .tensorRTLean: .tensorRT(isRTX: false)
    case .tensorRTRTX: .tensorRT(isRTX: true)
    case .torchscript: .torchScript
    case .executorch: .execuTorch
    }
  }
}

/// A shim that this build of Assay has inside: a few functions of C around a library in C++.
struct Shim {
  /// The library that it wraps, as its makers write it.
  let library: String
  /// The file to compile, and those that it includes.
  let sources: [(name: String, bytes: [UInt8])]
  /// Of C++: `c++17`.
  let standard: String
  /// Where Assay looks for the result, from the folder of engines.
  let managedPath: String
  /// What to check if it does not compile.
  let adviceOnFailure: String
  /// Finds the library's headers in a given folder, or where they usually are.
  let findHeaders: (_ given: String?, _ environment: [String: String]) throws(AssayError) -> ShimHeaders
}

/// What a compiler needs to know of a library.
struct ShimHeaders {
  /// The library's own.
  let version: String
  /// Of headers, the main one first.
  let folders: [String]
  let compilerFlags: [String]
  let linkerFlags: [String]
}

extension Shim {
  fileprivate static func tensorRT(isRTX: Bool) -> Shim {
    Shim(
      library: "TensorRT",
      sources: [
        ("assay_tensorrt.cpp", PackageResources.assay_tensorrt_cpp),
        ("assay_tensorrt.h", PackageResources.assay_tensorrt_h),
        ("cuda_driver.h", PackageResources.cuda_driver_h),
        ("cuda_runtime_api.h", PackageResources.cuda_runtime_api_h),
        ("engine.h", PackageResources.engine_h), ("library.h", PackageResources.library_h),
        ("session.h", PackageResources.session_h),
      ],
      standard: "c++17", managedPath: "tensorrt/libassay_tensorrt\(isRTX ? "_rtx" : "").so",
      adviceOnFailure: "Check that they are TensorRT's, of version 10 or 11, and that the compiler knows C++17."
    ) { given, environment throws(AssayError) in
      let found = try TensorRTHeaders.find(given: given, environment: environment)
      try found.check(isRTX: isRTX)
      // It opens TensorRT's libraries at run time.
      return ShimHeaders(
        version: found.version, folders: [found.folder], compilerFlags: [], linkerFlags: ["-ldl"])
    }
  }

  fileprivate static var torchScript: Shim {
    Shim(
      library: "PyTorch",
      sources: [
        ("assay_torchscript.cpp", PackageResources.assay_torchscript_cpp),
        ("assay_engine.h", PackageResources.assay_engine_h),
        ("torchscript_failure.h", PackageResources.torchscript_failure_h),
        ("torchscript_model.h", PackageResources.torchscript_model_h),
        ("torchscript_session.h", PackageResources.torchscript_session_h),
        ("torchscript_types.h", PackageResources.torchscript_types_h),
      ],
      standard: "c++20", managedPath: "torchscript/libassay_torchscript.so",
      adviceOnFailure: "Check that they are those of PyTorch 2, and that the compiler knows C++20."
    ) { given, environment throws(AssayError) in
      try TorchPackage.find(given: given, environment: environment).headers
    }
  }

  fileprivate static var execuTorch: Shim {
    Shim(
      library: "ExecuTorch",
      sources: [
        ("assay_executorch.cpp", PackageResources.assay_executorch_cpp),
        ("assay_engine.h", PackageResources.assay_engine_h),
        ("executorch_failure.h", PackageResources.executorch_failure_h),
        ("executorch_model.h", PackageResources.executorch_model_h),
        ("executorch_session.h", PackageResources.executorch_session_h),
        ("executorch_tensor.h", PackageResources.executorch_tensor_h),
        ("executorch_threads.h", PackageResources.executorch_threads_h),
      ],
      standard: "c++17", managedPath: "executorch/libassay_executorch.so",
      adviceOnFailure: "Check that they are those of ExecuTorch 1.5 or newer, and that the compiler knows C++17."
    ) { given, environment throws(AssayError) in
      try ExecuTorchPackage.find(given: given, environment: environment).headers
    }
  }
}
