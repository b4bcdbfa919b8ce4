import AssayCore
import EngineTestKit
import Engines
import Foundation
import TensorFiles

extension FuzzedReader {
  /// Packages of PyTorch: archives, and what stands in them behind right checksums.
  static func torchPackage(_ bench: Workbench) throws -> FuzzedReader {
    let path = bench.path("model.pt2")
    let metadata =
      #"{"AOTI_DEVICE_KEY": "cpu", "AOTI_MACHINE": "\#(HostDescription.buildArchitecture)", "AOTI_CPU_ISA": "AVX"}"#
    let tree =
      #"[1, {"type": "builtins.dict", "context": "[\"scores\"]", "children_spec": [{"type": null, "context": null, "children_spec": []}]}]"#
    let samples = [metadata, metadata.replacing("\"cpu\"", with: "\"cuda\""), torchSource, tree].map { Array($0.utf8) }
    return FuzzedReader(samples + samples.prefix(2).map { torchArchive($0, samples[2]) }) { input in
      let isArchive = input.starts(with: Array("PK".utf8))
      try bench.write(isArchive ? input : torchArchive(input, input), to: "model.pt2")
      var isFound = PyTorchTree(String(decoding: input, as: UTF8.self))?.keys != nil
      _ = try accepts(.badModel, .unsupported, .inputOutput, naming: path) { () throws(AssayError) in
        let isForGPU = input.firstRange(of: Array("cuda".utf8)) != nil
        let source = try PyTorchPackage(at: path, for: isForGPU ? .cuda(0) : .cpu).source
        let shapes = source.inputs.keys.compactMap(source.shape(of:))
        isFound = isFound || !shapes.isEmpty || source.type(ofOutput: 0) != nil || isArchive
      }
      return isFound
    }
  }

  /// The lines of AOTInductor's source that are read.
  private static let torchSource = """
    int32_t arg1_1_expected_dtype = aoti_torch_dtype_int8();
    assert_size_stride(arg1_1, {s77, 4L, (c10::div(s7, 2L))}, {8L*s77, 2L, 1L}, "input");
    if (100 != arg0_1_size[1]) {
    aoti_torch_empty_strided(1, a, b, cached_torch_dtype_float64, c, d, &buf0_handle));
    auto buf1 = std::move(buf0);  // reuse
    output_handles[0] = reinterpret_tensor_wrapper(buf1, 2, a, b, 0L).release();
    #pragma omp parallel num_threads(2)
    """

  /// A package whose library is the header of one.
  private static func torchArchive(_ metadata: [UInt8], _ source: [UInt8]) -> [UInt8] {
    var library = [0x7F] + Array("ELF".utf8) + [UInt8](repeating: 0, count: 60)
    library[18] = HostDescription.buildArchitecture == "aarch64" ? 183 : 62
    let place = "m/data/aotinductor/model/x"
    return ZipWriter.archive([
      ("m/archive_format", Array("pt2".utf8)), ("\(place)_metadata.json", metadata), ("\(place).wrapper.cpp", source),
      ("\(place).so", library), ("\(place).cubin", [1, 2, 3]),
    ]) ?? []
  }

  /// What the author of a plugin says that an engine must compute.
  static func expectedValues(_ bench: Workbench) throws -> FuzzedReader {
    FuzzedReader(try bench.fixtures("Fixtures/ExecuTorch", "expected.json")) { input in
      try bench.write(input, to: "expected.json")
      return try accepts(.badData, naming: bench.path("expected.json")) { () throws(AssayError) in
        _ = try Fixtures(folder: bench.folder)
      }
    }
  }
}
