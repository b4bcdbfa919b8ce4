import ModelFiles

/// The element types of an ONNX model's tensors where the file does not say them.
enum GraphTypes {
  static func of(_ model: SourceModel) -> [String?] {
    var types = model.tensors.map(\.type)
    for node in model.graphs.flatMap(\.nodes) {
      func input(_ place: Int) -> String? {
        node.inputs.indices.contains(place) ? node.inputs[place].flatMap { types[$0] } : nil
      }
      for (place, output) in node.outputs.enumerated() {
        guard let output, types[output] == nil else { continue }
        types[output] = type(of: node, output: place, input)
      }
    }
    return types
  }

  private static func type(of node: SourceNode, output: Int, _ input: (Int) -> String?) -> String? {
    switch node.operation {
    case "Cast": node.integer("to").flatMap(SourceTensor.typeName)
    case "Shape", "Size", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression": "int64"
    case "TopK", "MaxPool": output == 1 ? "int64" : input(0)
    case "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "And", "Or", "Xor", "IsNaN", "IsInf":
      "bool"
    case "QuantizeLinear": input(2) ?? "uint8"
    case "DynamicQuantizeLinear": output == 0 ? "uint8" : output == 1 ? "float32" : "uint8"
    case "DequantizeLinear": input(1)
    case "ConvInteger", "MatMulInteger": "int32"
    case "QLinearConv", "QLinearMatMul", "QLinearAdd", "QLinearMul": input(7) ?? input(0)
    case "ConstantOfShape": "float32"
    case "Where", "CastLike": input(1)
    case "OneHot": input(2)
    default: input(0)
    }
  }
}
