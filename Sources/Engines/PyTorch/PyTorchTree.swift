import JSONCoding

/// The structure of a model's results, as PyTorch serialises it: a version, and a tree.
package struct PyTorchTree: Decodable {
  /// The keys of a dictionary of tensors; `nil` for another structure.
  package let keys: [String]?

  package init?(_ text: String) {
    guard let tree = try? JSONReader.decode(PyTorchTree.self, from: Array(text.utf8)) else { return nil }
    self = tree
  }

  package init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    _ = try values.decode(Int.self)
    let root = try values.decode(Node.self)
    let isFlat = root.children.allSatisfy { $0.type == nil }
    keys =
      root.type == "builtins.dict" && isFlat
      ? root.context.flatMap { try? JSONReader.decode([String].self, from: Array($0.utf8)) } : nil
  }

  private struct Node: Decodable {
    let type: String?
    let context: String?
    let children: [Node]

    private enum CodingKeys: String, CodingKey {
      case type, context
      case children = "children_spec"
    }
  }
}
