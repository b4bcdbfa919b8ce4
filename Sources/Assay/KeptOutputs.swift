import AssayCore
import Conversion
import TensorFiles

/// What a source that no engine reads has made of a few inputs: its converter kept both beside the model.
struct KeptOutputs {
  /// In the folder of the first step's result. Its arrays are called like `0/input/0` and `0/output/0`: inference, side, place.
  static let name = "model.reference.npz"

  private struct Part {
    let inference: Int
    let isInput: Bool
    let place: Int
    let tensor: Tensor

    init?(_ tensor: Tensor) {
      let parts = tensor.name.split(separator: "/")
      guard parts.count == 3, let inference = Int(parts[0]), let place = Int(parts[2]), inference >= 0, place >= 0,
        parts[1] == "input" || parts[1] == "output"
      else { return nil }
      (self.inference, self.place, self.tensor) = (inference, place, tensor)
      isInput = parts[1] == "input"
    }
  }

  /// - Parameter cell: of the result; its options stand in the report.
  /// - Throws: `.badData` for a file that is damaged, or not there.
  static func read(
    _ path: String, of source: ConversionSource, like cell: CellSpec
  ) throws(AssayError) -> OutputCapture.Result {
    guard case .tensors(let tensors) = try TensorFile(reading: path) else { throw damage(path) }
    let parts = tensors.compactMap(Part.init)
    let numbers = Set(parts.map(\.inference)).sorted()
    let inferences = numbers.map { number in
      let own = parts.filter { $0.inference == number }.sorted { $0.place < $1.place }
      return (inputs: own.filter(\.isInput).map(\.tensor), outputs: own.filter { !$0.isInput }.map(\.tensor))
    }
    guard parts.count == tensors.count, let first = inferences.first, !first.inputs.isEmpty, !first.outputs.isEmpty,
      inferences.allSatisfy({ specs($0.inputs, "") == specs(first.inputs, "") }),
      inferences.allSatisfy({ specs($0.outputs, "") == specs(first.outputs, "") })
    else { throw damage(path) }
    var report = CellReport(
      CellSpec(
        model: source.reference, target: Target(engine: source.kind == .keras ? "keras" : "torch"),
        options: cell.options, measure: cell.measure))
    report.status = .ok
    report.inputs = specs(first.inputs, "input")
    report.outputs = specs(first.outputs, "output")
    return OutputCapture.Result(report: report, inferences: inferences)
  }

  private static func specs(_ tensors: [Tensor], _ kind: String) -> [TensorSpec] {
    tensors.enumerated().map { place, tensor in
      TensorSpec(name: "\(kind) \(place)", type: tensor.type, shape: tensor.shape)
    }
  }

  private static func damage(_ path: String) -> AssayError {
    AssayError(
      .badData, "\(path) does not hold what the source makes of its inputs.",
      advice: "Remove its folder, and convert the model again.")
  }
}
