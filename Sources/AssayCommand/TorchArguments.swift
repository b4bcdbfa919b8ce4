import ArgumentParser
import Assay
import Conversion

/// What makes a PyTorch module that is named `torch:package.module:factory`.
struct TorchArguments: ParsableArguments {
  @Option(
    help: .init(
      "A file of torch.save with the module's state (default: what the factory gives it).", valueName: "file"))
  var weights: String?

  @Option(help: .init("The folder that the module's package is in, if it is your own.", valueName: "folder"))
  var pythonPath: String?

  @Option(
    name: .customLong("input-shape"),
    help: .init("The shape of an input; once for each, in their order. (default: 1,3,224,224)", valueName: "shape"))
  var inputShape: [String] = []

  @Option(
    help: .init("Of weights that the factory makes up, and of the images that --limit chooses.", valueName: "number"))
  var seed: UInt64 = 1

  func validate() throws { _ = try shapes() }

  /// Whether any of them is given that means nothing for another source.
  var isGiven: Bool { weights != nil || pythonPath != nil || !inputShape.isEmpty }

  func options() throws -> TorchOptions {
    TorchOptions(weights: weights, pythonPath: pythonPath, shapes: try shapes(), seed: seed)
  }

  private func shapes() throws -> [[Int]] {
    guard !inputShape.isEmpty else { return [[1, 3, 224, 224]] }
    return try inputShape.map { text in
      let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let shape = sizes.compactMap(\.self)
      guard shape.count == sizes.count, shape.allSatisfy({ (1...Bounds.dimension).contains($0) }),
        shape.reduce(1.0, { $0 * Double($1) }) <= Bounds.elements
      else {
        throw ValidationError("'\(text)' is no shape; write --input-shape 1,3,224,224, each number at least 1.")
      }
      return shape
    }
  }
}
