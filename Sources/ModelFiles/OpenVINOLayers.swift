/// The layers and edges of OpenVINO's `.xml`, as they stand there.
struct OpenVINOLayers {
  struct Port {
    let number: Int
    /// In OpenVINO's words: `FP32`.
    let precision: String?
    /// The names of its tensor.
    let names: [String]
    /// -1 for a dynamic dimension.
    var shape: [Int] = []
  }

  struct Layer {
    let number: Int
    let type: String
    let name: String
    /// The set of operations that it comes from: `opset1`.
    let version: String
    var data: [Substring: String] = [:]
    var inputs: [Port] = []
    var outputs: [Port] = []
    /// The graphs inside it.
    var bodies: [Graph] = []

    /// Of a parameter, as its data say.
    var declaredShape: [Int]? { data["shape"].map { $0.split(separator: ",").map(OpenVINOLayers.dimension) } }
  }

  struct Edge {
    let from: (layer: Int, port: Int)
    let to: (layer: Int, port: Int)
  }

  struct Graph {
    var layers: [Layer] = []
    var edges: [Edge] = []
  }

  private(set) var main = Graph()
  /// The attributes of the `net` itself.
  private(set) var net: [Substring: String] = [:]
  /// What the end of the file says of its maker: `<Runtime_version value="…"/>`.
  private(set) var information: [(name: String, value: String)] = []
  /// Whether the file ends where the net does.
  private(set) var isWhole = false

  init(_ bytes: UnsafeRawBufferPointer) {
    var parser = Parser()
    for tag in XMLTags(bytes) { parser.take(tag) }
    (main, net, information, isWhole) = (parser.graphs[0], parser.net, parser.information, parser.hasEnded)
  }

  fileprivate static func dimension(_ text: Substring) -> Int {
    let digits = text.drop { $0 == " " }
    return Int(digits.prefix { $0 != " " }).map { min(max($0, -1), SourceValue.largest) } ?? -1
  }

  private struct Parser {
    /// Those that are open, the main one first; deeper ones are part of the deepest.
    var graphs = [Graph()]
    var net: [Substring: String] = [:]
    var information: [(name: String, value: String)] = []
    var hasEnded = false
    private var deeper = 0
    private var isInput = false
    private var runtimeDepth = 0
    private var layersDepth = 0

    private var last: Int { graphs.count - 1 }

    mutating func take(_ tag: XMLTags.Tag) {
      switch (tag.name, tag.isEnd) {
      case ("net", false): net = tag.attributes
      case ("net", true): hasEnded = true
      case ("body", false), ("then_body", false), ("else_body", false): open()
      case ("body", true), ("then_body", true), ("else_body", true): close()
      case ("rt_info", _): runtimeDepth += tag.isEnd ? -1 : tag.isClosed ? 0 : 1
      case ("layers", _): layersDepth += tag.isEnd ? -1 : tag.isClosed ? 0 : 1
      case _ where runtimeDepth > 0: note(tag)
      case ("layer", false): start(tag.attributes)
      case ("data", false): withLayer { $0.data = tag.attributes }
      case ("input", false): isInput = true
      case ("output", false): isInput = false
      case ("port", false): add(port: tag.attributes)
      case ("dim", false): add(dimension: tag.text)
      case ("edge", false): add(edge: tag.attributes)
      default: break
      }
    }

    private mutating func open() {
      if graphs.count < ProtobufMessage.deepestGraph { graphs.append(Graph()) } else { deeper += 1 }
    }

    private mutating func close() {
      if deeper > 0 {
        deeper -= 1
      } else if graphs.count > 1, let body = graphs.popLast() {
        withLayer { $0.bodies.append(body) }
      }
    }

    private mutating func start(_ attributes: [Substring: String]) {
      guard let number = attributes["id"].flatMap({ Int($0) }), let type = attributes["type"] else { return }
      graphs[last].layers.append(
        Layer(number: number, type: type, name: attributes["name"] ?? "", version: attributes["version"] ?? ""))
    }

    private mutating func withLayer(_ body: (inout Layer) -> Void) {
      guard !graphs[last].layers.isEmpty else { return }
      body(&graphs[last].layers[graphs[last].layers.count - 1])
    }

    private mutating func add(port attributes: [Substring: String]) {
      guard let number = attributes["id"].flatMap({ Int($0) }) else { return }
      let port = Port(
        number: number, precision: attributes["precision"],
        names: (attributes["names"] ?? "").split(separator: ",").map(String.init))
      withLayer { [isInput] in if isInput { $0.inputs.append(port) } else { $0.outputs.append(port) } }
    }

    private mutating func add(dimension text: Substring) {
      let size = OpenVINOLayers.dimension(text)
      withLayer { [isInput] layer in
        let ports = isInput ? layer.inputs.count : layer.outputs.count
        guard ports > 0 else { return }
        if isInput { layer.inputs[ports - 1].shape.append(size) } else { layer.outputs[ports - 1].shape.append(size) }
      }
    }

    private mutating func add(edge attributes: [Substring: String]) {
      let numbers = ["from-layer", "from-port", "to-layer", "to-port"].map { attributes[$0[...]].flatMap { Int($0) } }
      guard let from = numbers[0], let to = numbers[2], let port = numbers[3] else { return }
      graphs[last].edges.append(Edge(from: (from, numbers[1] ?? 0), to: (to, port)))
    }

    /// Takes what the net's own `rt_info` says; that of layers is of no use here.
    private mutating func note(_ tag: XMLTags.Tag) {
      guard layersDepth == 0, !tag.isEnd, let value = tag.attributes["value"], !value.isEmpty else { return }
      information.append((String(tag.name), value))
    }
  }
}
