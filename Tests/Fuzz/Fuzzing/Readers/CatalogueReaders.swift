import AssayCore
import Foundation
import Imaging
import ModelCatalogue
import Platform

extension FuzzedReader {
  /// The preprocessing in the metadata of an ONNX model.
  static func onnxMetadata(_ bench: Workbench) throws -> FuzzedReader {
    let metadata = [
      [
        ("assay.preprocessing", "imagenet-center"), ("assay.filter", "bicubic"), ("assay.mean", "127"),
        ("assay.std", "128"),
      ],
      [("assay.resize", "256"), ("assay.crop", "224x224"), ("assay.range", "-1,1"), ("assay.channels", "bgr")],
      [("Image.BitmapPixelFormat", "Bgr8"), ("Image.NominalPixelRange", "Normalized_0_1")],
    ]
    let samples = try metadata.map { metadata in
      try ONNXWriter(Network(), name: "n", metadata: metadata)
        .write(to: bench.path("sample.onnx"), values: SeededValues(seed: 1))
      return try FileDescriptor.contents(of: bench.path("sample.onnx"))
    }
    return FuzzedReader(samples) { input in
      var isFound = false
      _ = try accepts(.badModel, naming: "model") { () throws(AssayError) in
        let metadata = try input.withUnsafeBufferPointer { bytes throws(AssayError) in
          try InputMetadata.read(onnx: UnsafeRawBufferPointer(bytes), named: "model")
        }
        guard let metadata else { return }
        isFound = true
        let numbers = (metadata.numbers?.mean ?? []) + (metadata.numbers?.deviation ?? [])
        guard numbers.allSatisfy(\.isFinite), metadata.numbers?.deviation.allSatisfy({ $0 > 0 }) ?? true else {
          throw AssayError(.crashed, "\(metadata)")
        }
      }
      return isFound
    }
  }

  /// Weights that PyTorch has saved.
  static func torchWeights(_ bench: Workbench) throws -> FuzzedReader {
    FuzzedReader(try bench.fixtures("Fixtures/Weights", ".pth")) { input in
      try accepts(.badData) { () throws(AssayError) in
        let outcome = input.withUnsafeBytes { bytes in
          Result { () throws(AssayError) in
            let file = try TorchFile(bytes)
            for tensor in file.tensors { _ = try file.floats(of: tensor) }
          }
        }
        try outcome.get()
      }
    }
  }
}
