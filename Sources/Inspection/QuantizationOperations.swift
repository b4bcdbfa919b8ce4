import ModelFiles

/// ONNX says by operations how integers represent real numbers. This puts it at the tensors, where TFLite has it.
enum QuantizationOperations {
  static func describe(_ model: inout SourceModel) {
    for node in model.graphs.flatMap(\.nodes) {
      switch node.operation {
      case "QuantizeLinear": put(node, tensor: node.outputs.first, scale: 1, zero: 2, to: &model)
      case "DequantizeLinear": put(node, tensor: node.inputs.first, scale: 1, zero: 2, to: &model)
      case "QLinearConv", "QLinearMatMul":
        put(node, tensor: node.inputs.first, scale: 1, zero: 2, to: &model)
        put(node, tensor: node.inputs.dropFirst(3).first, scale: 4, zero: 5, axis: 0, to: &model)
        put(node, tensor: node.outputs.first, scale: 6, zero: 7, to: &model)
      case "QLinearAdd", "QLinearMul": put(node, tensor: node.outputs.first, scale: 6, zero: 7, to: &model)
      default: continue
      }
    }
  }

  private static func put(
    _ node: SourceNode, tensor: Int??, scale: Int, zero: Int, axis: Int = 1, to model: inout SourceModel
  ) {
    func constant(_ place: Int) -> SourceTensor? {
      node.inputs.indices.contains(place) ? node.inputs[place].map { model.tensors[$0] } : nil
    }
    guard let tensor = tensor ?? nil, let scales = constant(scale), let first = scales.value?.reals?.first else {
      return
    }
    let count = scales.shape.flatMap(Shape.count) ?? 1
    model.tensors[tensor].quantization = SourceQuantization(
      scales: count, firstScale: first, firstZeroPoint: constant(zero)?.value?.integers?.first ?? 0,
      axis: count > 1 ? node.integer("axis") ?? axis : nil)
  }
}
