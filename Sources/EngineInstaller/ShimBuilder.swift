public import AssayCore
import Foundation
import Platform

/// Compiles the shim of TensorRT on this machine, from sources inside this build of Assay and TensorRT's own headers.
public struct ShimBuilder {
  /// An engine that needs a shim.
  public enum Engine: String, CaseIterable, Sendable {
    case tensorrt
    case lean = "tensorrt-lean"
    case rtx = "tensorrt-rtx"
  }

  private let engine: Engine
  private let environment: [String: String]

  public init(_ engine: Engine, environment: [String: String]) {
    self.engine = engine
    self.environment = environment
  }

  private static let sources: [(name: String, bytes: [UInt8])] = [
    ("assay_tensorrt.cpp", PackageResources.assay_tensorrt_cpp),
    ("assay_tensorrt.h", PackageResources.assay_tensorrt_h),
    ("cuda_driver.h", PackageResources.cuda_driver_h), ("cuda_runtime_api.h", PackageResources.cuda_runtime_api_h),
    ("engine.h", PackageResources.engine_h), ("library.h", PackageResources.library_h),
    ("session.h", PackageResources.session_h),
  ]

  /// Compiles the shim into a file that replaces an older one at once.
  ///
  /// - Parameters:
  ///   - headers: the folder of TensorRT's headers; `nil` looks for it.
  ///   - output: the library to write; `nil` for where Assay looks for it.
  ///   - report: called with a line for each step.
  /// - Throws: `.engineUnavailable` without headers or a compiler, `.inputOutput` if the file cannot be written.
  public func build(headers: String?, output: String?, report: (String) -> Void) throws(AssayError) {
    let found = try TensorRTHeaders.find(given: headers, environment: environment)
    try found.check(isRTX: engine == .rtx)
    let compiler = try self.compiler()
    let output = if let output { ProcessSpec.absolutePath(output) } else { try managedPath() }
    report("Compiling the shim for TensorRT \(found.version) with \(compiler)")
    report("  headers: \(found.folder)")
    let partial = "\(output).partial-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: partial) }
    let folder = "\(partial)-sources"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writing(output) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for source in Self.sources { try Data(source.bytes).write(to: URL(filePath: "\(folder)/\(source.name)")) }
    }
    // Our own header of CUDA comes first; NVIDIA's are not checked for warnings.
    let arguments = [
      "-std=c++17", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-I\(folder)",
      "-isystem", found.folder, "-o", partial, "\(folder)/assay_tensorrt.cpp", "-ldl",
    ]
    let outcome = try ProcessSpec(compiler, arguments, environment: environment).run(keeping: 12)
    guard outcome.isSuccess else {
      throw AssayError(
        .engineUnavailable, "\(compiler) cannot compile the shim with the headers in \(found.folder).",
        advice: "Check that they are TensorRT's, of version 10 or 11, and that the compiler knows C++17.",
        outputTail: outcome.output.text)
    }
    try writing(output) {
      guard rename(partial, output) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
    report("Built \(output)")
  }

  private func managedPath() throws(AssayError) -> String {
    guard let folder = DataFolder.engines.path(environment: environment) else {
      throw AssayError(
        .inputOutput, "There is no folder to build into: neither XDG_DATA_HOME nor HOME is set.",
        advice: "Set HOME or XDG_DATA_HOME, or name the file: -o FILE")
    }
    return "\(folder)/tensorrt/libassay_tensorrt\(engine == .rtx ? "_rtx" : "").so"
  }

  private func compiler() throws(AssayError) -> String {
    let chosen = environment["CXX"].flatMap { $0.isEmpty ? nil : $0 }
    let path = ProcessSpec.searchPath(environment["PATH"])
    for name in chosen.map({ [$0] }) ?? ["c++", "g++", "clang++"] {
      if let compiler = ProcessSpec.locate(name, path: path) { return compiler }
    }
    throw AssayError(
      .engineUnavailable, "Building the shim needs a C++ compiler, and there is no \(chosen ?? "c++, g++ or clang++").",
      advice: "On Debian and Ubuntu: sudo apt install g++. CXX may name another.")
  }

  private func writing(_ path: String, _ body: () throws -> Void) throws(AssayError) {
    do {
      try body()
    } catch {
      throw AssayError(
        .inputOutput, "Cannot write \(path): \(error.localizedDescription)",
        advice: "Check its permissions and the free space, or name another file: -o FILE")
    }
  }
}
