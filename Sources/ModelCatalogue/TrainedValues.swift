package import AssayCore

/// Weights of a trained network whose layers stand in the order of the network's, each convolution followed by its batch normalisation, which is folded
/// into it (Jacob et al., CVPR 2018, Section 3.2).
package struct TrainedValues: ParameterValues {
  private let file: TorchFile
  private let layers: [[TorchFile.Tensor]]
  /// Of weights and biases in turn, by name.
  private let places: [String: Int]
  private let epsilon: Float

  /// - Parameter epsilon: of the batch normalisations.
  /// - Throws: `.badData` if the file does not have the layers of the network.
  package init(_ file: TorchFile, of network: Network, epsilon: Float) throws(AssayError) {
    var layers: [[TorchFile.Tensor]] = []
    for tensor in file.tensors where !tensor.name.hasSuffix(".num_batches_tracked") {
      if tensor.shape.count > 1 { layers.append([]) }
      guard !layers.isEmpty else { break }
      layers[layers.count - 1].append(tensor)
    }
    let learned = network.parameters.filter(\.isLearned)
    let weights = stride(from: 0, to: learned.count, by: 2).map { learned[$0] }
    guard layers.count == weights.count, zip(layers, weights).allSatisfy({ Self.fits($0, $1) }) else {
      throw AssayError(.badData, "The weights are not those of this network: their shapes differ.")
    }
    (self.file, self.layers, self.epsilon) = (file, layers, epsilon)
    places = Dictionary(learned.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// Whether a layer has a parameter's weights, then its biases, or the four vectors of a batch normalisation.
  private static func fits(_ layer: [TorchFile.Tensor], _ parameter: Network.Parameter) -> Bool {
    let endings = layer.dropFirst().map { $0.name.split(separator: ".").last ?? "" }
    return layer[0].shape == parameter.shape && layer.dropFirst().allSatisfy { $0.shape == [parameter.shape[0]] }
      && (endings == ["bias"] || endings == ["weight", "bias", "running_mean", "running_var"])
  }

  package func read(
    _ parameter: Network.Parameter, number: Int, _ take: ([Float]) throws(AssayError) -> Void
  ) throws(AssayError) {
    guard let place = places[parameter.name] else { return }
    var tensors: [[Float]] = []
    for tensor in layers[place / 2] { tensors.append(try file.floats(of: tensor)) }
    let isWeights = place.isMultiple(of: 2)
    guard tensors.count == 5 else { return try take(tensors[isWeights ? 0 : 1]) }
    let scales = zip(tensors[1], tensors[4]).map { $0 / ($1 + epsilon).squareRoot() }
    if isWeights {
      let length = tensors[0].count / scales.count
      try take(tensors[0].enumerated().map { $1 * scales[$0 / length] })
    } else {
      try take(scales.indices.map { tensors[2][$0] - tensors[3][$0] * scales[$0] })
    }
  }
}
