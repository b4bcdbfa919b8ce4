import AssayCore
import EngineKit
import Foundation
import ModelFiles
import TestSupport
import Testing

@testable import Engines
@testable import TensorFiles

private let library = InstalledEngines.include("torch") ? InstalledEngines.library("torch") : nil

/// A library of another machine begins like this (ELF).
private func elf(machine: UInt8) -> [UInt8] {
  [0x7F] + Array("ELF".utf8) + [2, 1, 1] + [UInt8](repeating: 0, count: 11) + [machine, 0]
    + [UInt8](repeating: 0, count: 44)
}

/// Runs a body with the path of an archive that holds these members.
private func withPackage<Result>(
  _ members: [(name: String, content: [UInt8])], changing change: (inout [UInt8]) -> Void = { _ in },
  _ body: (String) throws -> Result
) throws -> Result {
  let path = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString).pt2").path
  var bytes = try #require(ZipWriter.archive([("m/archive_format", Array("pt2".utf8))] + members))
  change(&bytes)
  try Data(bytes).write(to: URL(filePath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

private let libraryName = "m/data/aotinductor/model/x.so"

@Suite("What a .pt2 archive holds decides what can be made of it")
struct PT2PackageTests {
  @Test("Code that AOTInductor compiled is not taken for an exported program")
  func content() throws {
    #expect(try withPackage([(libraryName, elf(machine: 0x3E))]) { try PT2Package.holdsCode($0) })
    #expect(try !withPackage([("m/models/model.json", Array("{}".utf8))]) { try PT2Package.holdsCode($0) })
  }

  @Test("Damage is an error that names the file")
  func damage() throws {
    try withPackage([], changing: { $0 = Array("text".utf8) }) { path in
      let error = try #require(throws: AssayError.self) { _ = try PT2Package.holdsCode(path) }
      #expect(error.code == .badModel && error.message.contains(path))
    }
  }
}

@Suite("Packages of PyTorch that this machine cannot run are refused before their code is opened")
struct PyTorchPackageTests {
  private func refusal(
    _ members: [(name: String, content: [UInt8])], for device: PyTorchDevice = .cpu,
    changing change: (inout [UInt8]) -> Void = { _ in }
  ) throws -> AssayError {
    try withPackage(members, changing: change) { path in
      let error = try #require(throws: AssayError.self) { _ = try PyTorchPackage(at: path, for: device) }
      #expect(error.message.contains(path))
      return error
    }
  }

  @Test("An exported program without compiled code: it says how to compile it")
  func exported() throws {
    let error = try refusal([("m/models/model.json", Array("{}".utf8))])
    #expect(error.code == .unsupported)
    #expect(error.advice?.contains("aoti_compile_and_package") == true)
  }

  @Test("Code for another processor, by the library's own header and by what the package says")
  func machine() throws {
    let other: UInt8 = HostDescription.buildArchitecture == "x86_64" ? 183 : 62
    let byHeader = try refusal([(libraryName, elf(machine: other))])
    #expect(byHeader.code == .unsupported && byHeader.message.contains("is compiled for "))
    for facts in [#"{"AOTI_MACHINE": "s390x"}"#, #"{"AOTI_CPU_ISA": "AMX_TILE AVX512_NONE"}"#] {
      let packaged = [(libraryName, [UInt8]()), ("m/data/aotinductor/model/x_metadata.json", Array(facts.utf8))]
      // The second passes on a processor that has these instructions, and the empty library is refused.
      #expect([.unsupported, .badModel].contains(try refusal(packaged).code), "\(facts)")
    }
  }

  @Test("Code for a GPU, code that calls extensions, and several models")
  func unsupported() throws {
    for (device, target, words) in [
      ("cuda", PyTorchDevice.cpu, "-e torch:cuda"), ("cpu", .cuda(1), "-e torch:cpu"), ("xpu", .cpu, "on cpu"),
    ] {
      let facts = Array(#"{"AOTI_DEVICE_KEY": "\#(device)"}"#.utf8)
      let other = try refusal(
        [(libraryName, []), ("m/data/aotinductor/model/x_metadata.json", facts)], for: target)
      #expect(other.code == .unsupported && other.message.contains("for the device \(device), not for \(target.name)"))
      #expect(other.advice?.contains(words) == true, "\(other)")
    }
    let custom = try refusal([(libraryName, []), ("m/data/aotinductor/model/x.json", [])])
    #expect(custom.code == .unsupported && custom.message.contains("operators"))
    let several = try refusal([(libraryName, []), ("m/data/aotinductor/other/y.so", [])])
    #expect(several.code == .unsupported && several.message.contains("2 compiled models"))
  }

  @Test("Names that lead out of the archive are no paths; sizes that lie and damaged code are errors")
  func hostile() throws {
    let names = try refusal([("../../../tmp/m/data/aotinductor/x.so", Array("no library".utf8))])
    #expect(names.code == .badModel)
    let content = elf(machine: 62)
    let damaged = try refusal([(libraryName, content)]) { bytes in
      // A byte of the library, which the checksum covers.
      bytes[bytes.firstRange(of: content)?.lowerBound ?? 0] = 0
    }
    #expect(damaged.code == .badModel && damaged.message.contains("checksum"))
    let huge = try refusal([(libraryName, content)]) { bytes in
      // Sizes in the last entry of the directory, whose name stands before the record of the end.
      let entry = bytes.count - 22 - libraryName.utf8.count - 46
      for offset in 20..<28 { bytes[entry + offset] = 0x7F }
    }
    #expect(huge.code == .badModel)
  }

  @Test("Types, shapes, strides and threads come from the source that is in the package")
  func source() {
    let source = PyTorchSource([
      """
      int32_t arg1_1_expected_dtype = aoti_torch_dtype_int8();
      if (_check_env()) { assert_size_stride(arg1_1, {s77, 4L, (c10::div(s7, 2L))}, {8L*s77, 2L, 1L}, "input"); }
          if (100 != arg0_1_size[1]) {
          if (3 != arg0_1_size[4294967296]) {
      AOTI_TORCH_ERROR_CODE_CHECK(aoti_torch_empty_strided(1, a, b, cached_torch_dtype_float64, c, d, &buf0_handle));
      auto buf1 = std::move(buf0);  // reuse
      output_handles[0] = wrap_with_raii_handle_if_needed(reinterpret_tensor_wrapper(buf1, 2, a, b, 0L)).release();
      output_handles[1] = buf7.release();
      """, "#pragma omp parallel num_threads(56)",
    ])
    #expect(source.inputs["arg1_1"]?.type == "int8")
    #expect(source.shape(of: "arg1_1") == [-1, 4, -1])
    #expect(source.inputs["arg1_1"]?.strides == [-1, 2, 1])
    #expect(source.shape(of: "arg0_1") == [-1, 100])
    #expect(source.type(ofOutput: 0) == "float64")
    #expect(source.type(ofOutput: 1) == nil)
    #expect(source.threads == [56])
  }
}

/// What is special to PyTorch; what every engine must do is in the conformance suite.
@Suite(
  "PyTorch through its C ABI", .serialized,
  .enabled(if: library != nil, "PyTorch is not here; get it with: assay engines install torch"))
struct PyTorchTests {
  @Test("Code that was compiled for another version of PyTorch is an error that names the version here")
  func otherVersion() throws {
    let engine = try PyTorchEngine(opening: try #require(library))
    // A library of this machine without the functions of a compiled model.
    let other = try Array(Data(contentsOf: URL(filePath: try #require(foreignLibrary))))
    try withPackage([(libraryName, other)]) { path in
      let error = #expect(throws: AssayError.self) {
        _ = try engine.compile(CompileSpec(modelPath: path, format: .pt2))
      }
      #expect(error?.code == .unsupported)
      #expect(error?.message.hasPrefix("\(path) does not fit to PyTorch \(engine.version): ") == true)
    }
  }

  private var foreignLibrary: String? {
    ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib"].map { "\($0)/libz.so.1" }
      .first(where: FileManager.default.fileExists)
  }
}
