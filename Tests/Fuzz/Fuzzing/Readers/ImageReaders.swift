import AssayCore
import Foundation
import Imaging
import TensorFiles

extension FuzzedReader {
  /// JPEG and PNG files, with their orientation, all the way to an input tensor.
  static func image(_ bench: Workbench) throws -> FuzzedReader {
    let samples = try ["decoded", "oriented"].flatMap { try bench.fixtures("Fixtures/Images/\($0)", ".jpg", ".png") }
    let spec = TensorSpec(name: "image", type: .float32, shape: [1, 3, 16, 24])
    let filters: [PreprocessingChoice.Filter] = [.bilinear, .lanczos, .nearest]
    var preparers = try zip(PreprocessingChoice.Preset.allCases, filters).map { preset, filter throws(AssayError) in
      var choice = PreprocessingChoice()
      (choice.preset, choice.filter, choice.appliesOrientation) = (preset, filter, true)
      return ImagePreparer(try Preprocessing(choice, input: spec))
    }
    var number = 0
    var elements = [Float](repeating: 0, count: spec.elementCount)
    return FuzzedReader(samples) { input in
      number += 1
      for index in elements.indices { elements[index] = .nan }
      return try accepts(.badData, naming: "input ") { () throws(AssayError) in
        try elements.withUnsafeMutableBufferPointer { elements throws(AssayError) in
          try preparers[number % preparers.count].prepare(
            input, named: "input", into: UnsafeMutableRawBufferPointer(elements))
        }
        guard elements.allSatisfy({ (-1.001...1.001).contains($0) }) else {
          throw AssayError(.crashed, "not every element was written")
        }
      }
    }
  }

  /// NumPy's and ONNX's tensors.
  static func tensors(_ bench: Workbench) throws -> FuzzedReader {
    let samples = try bench.fixtures("Fixtures/Inputs", ".npy", ".npz", ".pb")
    return FuzzedReader(samples) { input in
      var isRead = false
      for suffix in ["npy", "npz", "pb", "raw"] {
        let isAccepted = try accepts(.badData, naming: "input.\(suffix)") { () throws(AssayError) in
          guard case .tensors(let tensors) = try TensorFile(input, named: "input.\(suffix)") else { return }
          for tensor in tensors where tensor.elementCount * tensor.type.byteCount != tensor.bytes.count {
            throw AssayError(.crashed, "\(tensor.shape) has \(tensor.bytes.count) bytes")
          }
          _ = try NPZ.archive(tensors)
        }
        isRead = isRead || isAccepted && suffix != "raw"
      }
      return isRead
    }
  }
}
