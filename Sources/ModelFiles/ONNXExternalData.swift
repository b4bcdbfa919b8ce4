import AssayCore

/// The files beside an ONNX model that hold some of its tensors (`external_data` of onnx.proto3).
enum ONNXExternalData {
  /// The locations as the model gives them, each once, sorted; empty where all tensors are in the model.
  static func locations(in model: ProtobufMessage) -> [String] {
    var found: Set<String> = []
    for graph in model.messages(7) { add(graph, depth: 0, to: &found) }
    for function in model.messages(25) { addNodes(of: function, field: 7, depth: 0, to: &found) }
    for training in model.messages(20) {
      for graph in training.messages(1) + training.messages(2) { add(graph, depth: 0, to: &found) }
    }
    return found.sorted()
  }

  private static func add(_ graph: ProtobufMessage, depth: Int, to found: inout Set<String>) {
    guard depth < ProtobufMessage.deepestGraph else { return }
    for tensor in graph.messages(5) { add(tensor: tensor, to: &found) }
    for sparse in graph.messages(15) { add(sparse: sparse, to: &found) }
    addNodes(of: graph, field: 1, depth: depth, to: &found)
  }

  private static func addNodes(of owner: ProtobufMessage, field: Int, depth: Int, to found: inout Set<String>) {
    for attribute in owner.messages(field).flatMap({ $0.messages(5) }) {
      for tensor in attribute.messages(5) + attribute.messages(10) { add(tensor: tensor, to: &found) }
      for sparse in attribute.messages(22) + attribute.messages(23) { add(sparse: sparse, to: &found) }
      for graph in attribute.messages(6) + attribute.messages(11) { add(graph, depth: depth + 1, to: &found) }
    }
  }

  private static func add(sparse: ProtobufMessage, to found: inout Set<String>) {
    for tensor in sparse.messages(1) + sparse.messages(2) { add(tensor: tensor, to: &found) }
  }

  private static func add(tensor: ProtobufMessage, to found: inout Set<String>) {
    // data_location is EXTERNAL.
    guard tensor.integer(14) == 1 else { return }
    found.insert(tensor.messages(13).first { $0.text(1) == "location" }?.text(2) ?? "")
  }
}
