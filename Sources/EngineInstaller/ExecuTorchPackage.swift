import AssayCore
import Foundation

/// The folder of ExecuTorch's Python package, with headers and shared libraries in it.
struct ExecuTorchPackage {
  private let folder: String
  private let version: String

  private static let versionFile = "share/cmake/executorch-config-version.cmake"
  /// The libraries of a component register themselves when they are loaded; nothing refers to them.
  private static let libraries = [
    "executorch", "executorch_kernels_optimized", "executorch_kernels_quantized", "executorch_backend_xnnpack",
    "executorch_threadpool",
  ]

  /// The package that holds a folder of headers, or the first of the usual places.
  ///
  /// - Parameter given: the package or its `include`.
  /// - Throws: `.engineUnavailable`, with where it was looked for.
  static func find(given: String?, environment: [String: String]) throws(AssayError) -> ExecuTorchPackage {
    let folders = PythonPackages.candidates("executorch", given: given, environment)
    guard let folder = folders.first(where: isPackage) else {
      throw AssayError(
        .engineUnavailable,
        "There are no headers and libraries of ExecuTorch in \(given ?? folders.joined(separator: ", ")).",
        advice: "Install them with: assay engines install executorch. Or name the folder of the Python package "
          + "executorch, 1.5 or newer: --headers FOLDER")
    }
    guard let version = version(in: "\(folder)/\(versionFile)") else {
      throw AssayError(.engineUnavailable, "\(folder)/\(versionFile) names no version of ExecuTorch.")
    }
    return ExecuTorchPackage(folder: folder, version: version)
  }

  var headers: ShimHeaders {
    let library = "\(folder)/lib"
    return ShimHeaders(
      version: version,
      folders: ["\(folder)/include", "\(folder)/include/executorch/runtime/core/portable_type/c10"],
      // The first two are what ExecuTorch's own CMake package sets: a header of PyTorch's build is not there, and its libraries are
      // compiled with the second.
      compilerFlags: [
        "-DC10_USING_CUSTOM_GENERATED_MACROS", "-DET_EVENT_TRACER_ENABLED", "-DEXECUTORCH_VERSION=\"\(version)\"",
      ],
      linkerFlags: ["-L\(library)", "-Wl,--no-as-needed"] + Self.libraries.map { "-l\($0)" }
        + ["-Wl,-rpath,\(library)"])
  }

  private static func isPackage(_ folder: String) -> Bool {
    (["include/executorch/extension/module/module.h", versionFile] + libraries.map { "lib/lib\($0).so" }).allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }

  /// From a line such as `set(PACKAGE_VERSION "1.5.1")`.
  private static func version(in file: String) -> String? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let definition = text.range(of: "set(PACKAGE_VERSION \"")
    else { return nil }
    let version = text[definition.upperBound...].prefix { $0.isNumber || $0 == "." }
    return version.isEmpty ? nil : String(version)
  }
}
