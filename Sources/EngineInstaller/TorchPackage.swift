import AssayCore
import Foundation

/// The folder of PyTorch's Python package, or of libtorch, with `include` and `lib` in it.
struct TorchPackage {
  private let folder: String
  private let version: String

  /// The package that holds a folder of headers, or the first of the usual places.
  ///
  /// - Parameter given: the package or its `include`.
  /// - Throws: `.engineUnavailable`, with where it was looked for.
  static func find(given: String?, environment: [String: String]) throws(AssayError) -> TorchPackage {
    let folders = PythonPackages.candidates("torch", given: given, environment)
    guard let folder = folders.first(where: isPackage) else {
      throw AssayError(
        .engineUnavailable,
        "There are no headers and libraries of PyTorch in \(given ?? folders.joined(separator: ", ")).",
        advice: "Install them with: assay engines install torch. Or name another PyTorch's folder: --headers FOLDER")
    }
    guard let version = version(in: "\(folder)/include/\(versionHeader(in: folder))") else {
      throw AssayError(.engineUnavailable, "The headers in \(folder)/include name no version of PyTorch.")
    }
    return TorchPackage(folder: folder, version: version)
  }

  var headers: ShimHeaders {
    let library = "\(folder)/lib"
    // A PyTorch with CUDA has libtorch load its kernels, which nothing refers to.
    let libraries = ["-L\(library)", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10", "-Wl,-rpath,\(library)"]
    return ShimHeaders(
      version: version,
      folders: ["\(folder)/include", "\(folder)/include/torch/csrc/api/include"],
      compilerFlags: ["-D_GLIBCXX_USE_CXX11_ABI=\(usesOldABI ? 0 : 1)"], linkerFlags: libraries)
  }

  /// Wheels up to 2.6 were built with the older layout of strings, and say so.
  private var usesOldABI: Bool {
    let configuration = try? String(contentsOfFile: "\(folder)/share/cmake/Torch/TorchConfig.cmake", encoding: .utf8)
    return configuration?.contains("_GLIBCXX_USE_CXX11_ABI=0") ?? false
  }

  private static func isPackage(_ folder: String) -> Bool {
    ["include/torch/csrc/jit/serialization/import.h", "lib/libtorch_cpu.so"].allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }

  /// Since 2.9, the version stands in another header.
  private static func versionHeader(in folder: String) -> String {
    let headers = ["torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"]
    return headers.first { FileManager.default.fileExists(atPath: "\(folder)/include/\($0)") } ?? headers[1]
  }

  /// From a line such as `#define TORCH_VERSION \`, which `  "2.13.0"` follows.
  private static func version(in file: String) -> String? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let definition = text.range(of: "#define TORCH_VERSION ")
    else { return nil }
    let parts = text[definition.upperBound...].split(separator: "\"", maxSplits: 2)
    return parts.count == 3 ? String(parts[1]) : nil
  }
}
