import AssayCore
import Foundation

/// A folder with TensorRT's headers.
struct TensorRTHeaders {
  let folder: String
  /// As in `[11, 1]`.
  private let numbers: [Int]

  private static let names = ["NvInfer.h", "NvOnnxParser.h", "NvInferVersion.h"]

  var version: String { numbers.map(String.init).joined(separator: ".") }

  /// The headers in a folder or its `include`, or in the first of the usual places.
  ///
  /// - Throws: `.engineUnavailable`, with what is missing, and where it was looked for.
  static func find(given: String?, environment: [String: String]) throws(AssayError) -> TensorRTHeaders {
    let folders = given.map { [$0, "\($0)/include"] } ?? usualFolders(environment)
    guard let folder = folders.first(where: { has(names, in: $0) }) else {
      let partly = folders.first { has([names[0]], in: $0) }
      let missing = partly.map { folder in
        "\(folder) lacks \(names.filter { !has([$0], in: folder) }.joined(separator: " and "))."
      }
      throw AssayError(
        .engineUnavailable,
        missing ?? "There are no headers of TensorRT in \(given ?? folders.joined(separator: ", ")).",
        advice:
          "NVIDIA's packages libnvinfer-headers-dev and libnvonnxparsers-dev have them, and so has the folder include of "
          + "github.com/NVIDIA/TensorRT at the tag of your version. Then: --headers FOLDER")
    }
    guard let numbers = numbers(in: "\(folder)/NvInferVersion.h") else {
      throw AssayError(.engineUnavailable, "\(folder)/NvInferVersion.h names no version of TensorRT.")
    }
    return TensorRTHeaders(folder: folder, numbers: numbers)
  }

  /// TensorRT for RTX counts its versions from 1.
  func check(isRTX: Bool) throws(AssayError) {
    let isOfRTX = numbers[0] < 7
    guard isRTX == isOfRTX else {
      throw AssayError(
        .engineUnavailable,
        "The headers in \(folder) are those of TensorRT \(isOfRTX ? "for RTX " : "")\(version).",
        advice: isRTX
          ? "Name the folder include of the SDK of TensorRT for RTX: --headers FOLDER"
          : "For these: assay engines build tensorrt-rtx")
    }
    guard isRTX || numbers[0] >= 10 else {
      throw AssayError(
        .engineUnavailable, "The headers in \(folder) are those of TensorRT \(version); Assay needs 10 or newer.",
        advice: "Install a newer TensorRT, or measure with -e onnxruntime:cuda.")
    }
  }

  private static func usualFolders(_ environment: [String: String]) -> [String] {
    let homes = ["TENSORRT_HOME", "TENSORRT_ROOT", "CUDA_HOME"].compactMap { environment[$0] }.filter { !$0.isEmpty }
    return homes.map { "\($0)/include" } + PythonPackages.folders(environment).map { "\($0)/tensorrt_libs/include" } + [
      "/usr/include", "/usr/include/\(HostDescription.buildArchitecture)-linux-gnu", "/usr/local/include",
      "/usr/local/tensorrt/include", "/usr/local/cuda/include", "/opt/tensorrt/include",
    ]
  }

  private static func has(_ names: [String], in folder: String) -> Bool {
    names.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  /// From lines such as `#define NV_TENSORRT_MAJOR 10`, or `#define TRT_MAJOR_ENTERPRISE 11`, to which the former then refers.
  private static func numbers(in file: String) -> [Int]? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    let definitions = text.split(separator: "\n").map { $0.split(separator: " ") }.filter {
      $0.count >= 3 && $0[0] == "#define"
    }
    let numbers = ["MAJOR", "MINOR"].compactMap { part in
      definitions.first { ($0[1] == "NV_TENSORRT_\(part)" || $0[1].hasPrefix("TRT_\(part)_")) && Int($0[2]) != nil }
        .flatMap { Int($0[2]) }
    }
    return numbers.count == 2 ? numbers : nil
  }
}
