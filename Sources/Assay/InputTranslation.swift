import AssayCore
import TensorFiles

/// How the elements of a tensor of one shape lie in another: as they are, or with the channels of images moved.
struct TensorLayout {
  private enum Order { case same, channelsLast, channelsFirst }

  private let order: Order
  private let shape: [Int]

  /// `nil` for shapes that are not of the same elements.
  init?(from shape: [Int], to other: [Int]) {
    self.shape = shape
    if shape == other {
      order = .same
    } else if shape.count == 4, other == [shape[0], shape[2], shape[3], shape[1]] {
      order = .channelsLast
    } else if shape.count == 4, other == [shape[0], shape[3], shape[1], shape[2]] {
      order = .channelsFirst
    } else if shape.filter({ $0 != 1 }) == other.filter({ $0 != 1 }) {
      order = .same
    } else {
      return nil
    }
  }

  var isSame: Bool { order == .same }

  /// Elements of the first shape, in row-major order, in the order of the second.
  func permuted<Element>(_ elements: [Element]) -> [Element] {
    if isSame { return elements }
    // One of both: images × positions × channels.
    let positions = order == .channelsLast ? shape[2] * shape[3] : shape[1] * shape[2]
    let channels = order == .channelsLast ? shape[1] : shape[3]
    let (rows, columns) = order == .channelsLast ? (channels, positions) : (positions, channels)
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    for image in 0..<shape[0] {
      for column in 0..<columns {
        for row in 0..<rows { result.append(elements[(image * rows + row) * columns + column]) }
      }
    }
    return result
  }
}

extension Tensor {
  /// The elements as real numbers.
  ///
  /// - Parameter quantization: of integers; `nil` for what they are.
  func realNumbers(_ quantization: Quantization?) -> [Double] {
    (0..<elementCount).map { index in
      let value = element(index)?.double ?? .nan
      return quantization.map { $0.scale * (value - Double($0.zeroPoint)) } ?? value
    }
  }
}

/// Makes the inputs of one cell into those of another.
struct InputTranslation {
  /// For each input of the other cell, the number of the input that it stands for, and how that lies.
  private let sources: [(spec: TensorSpec, index: Int, known: TensorSpec, layout: TensorLayout)]

  /// - Throws: `.unsupported` for inputs that do not correspond.
  init(from reference: CellReport, to cell: CellReport) throws(AssayError) {
    let (known, own) = (reference.inputs ?? [], cell.inputs ?? [])
    let refusal = {
      let inputs = { (specs: [TensorSpec]) in
        specs.map { "\($0.name.printable) \($0.type.rawValue) \($0.shape)" }.joined(separator: ", ")
      }
      return AssayError(
        .unsupported,
        "The inputs of \(cell.model.path) are not those of \(reference.model.path): \(inputs(own)) against \(inputs(known)).",
        advice: "Give inputs that both take, as with --input or --shape.")
    }
    guard known.count == own.count else { throw refusal() }
    var sources: [(TensorSpec, Int, TensorSpec, TensorLayout)] = []
    for (place, spec) in own.enumerated() {
      let index = known.firstIndex { $0.name == spec.name } ?? place
      guard let layout = TensorLayout(from: known[index].shape, to: spec.shape) else { throw refusal() }
      sources.append((spec, index, known[index], layout))
    }
    self.sources = sources
  }

  /// The inputs of an inference of the reference, as the other cell takes them.
  ///
  /// - Throws: `.unsupported` for values that its type does not have.
  func tensors(_ inputs: [Tensor]) throws(AssayError) -> [Tensor] {
    try sources.map { source throws(AssayError) in
      let (spec, known) = (source.spec, source.known)
      let tensor = inputs[source.index]
      // Not every engine tells how it quantises: the same type then means the same numbers.
      if spec.type == tensor.type,
        spec.quantization == known.quantization || spec.quantization == nil || known.quantization == nil
      {
        return Tensor(
          name: spec.name, type: spec.type, shape: spec.shape, bytes: try bytes(of: tensor, in: source.layout))
      }
      var values = source.layout.permuted(tensor.realNumbers(known.quantization))
      if let quantization = spec.quantization {
        values = values.map { ($0 / quantization.scale).rounded() + Double(quantization.zeroPoint) }
        if let range = spec.type.bounds { values = values.map { min(max($0, range.low), range.high) } }
      }
      guard let bytes = Tensor.bytes(of: values, as: spec.type) else {
        throw AssayError(
          .unsupported,
          "Input '\(spec.name.printable)' takes \(spec.type.rawValue), and the reference's values are "
            + "\(known.type.rawValue), which it does not have.",
          advice: "Give inputs that both take, as with --input.")
      }
      return Tensor(name: spec.name, type: spec.type, shape: spec.shape, bytes: bytes)
    }
  }

  /// The elements as they are, in the order of another layout.
  ///
  /// - Throws: `.unsupported` for elements of less than a byte that would have to move.
  private func bytes(of tensor: Tensor, in layout: TensorLayout) throws(AssayError) -> [UInt8] {
    if layout.isSame { return tensor.bytes }
    guard tensor.type.bitCount >= 8 else {
      throw AssayError(
        .unsupported, "Images of \(tensor.type.rawValue) cannot change their layout.",
        advice: "Compare cells with the same layout of images.")
    }
    let width = tensor.type.byteCount
    return layout.permuted(Array(0..<tensor.elementCount)).flatMap { tensor.bytes[$0 * width..<($0 + 1) * width] }
  }
}
