public import AssayCore

/// What a model file holds, for a terminal.
public struct InspectionText {
  private let report: InspectionReport
  private let width: Int

  /// Of texts that a file says of itself.
  private static let longestFact = 120

  public init(_ report: InspectionReport, width: Int) {
    self.report = report
    self.width = width
  }

  /// - Parameter showsLayers: a line per layer besides.
  public func text(showsLayers: Bool) -> String {
    var sections = [[title] + totals, facts, tensors, operations, weights]
    if showsLayers { sections.append(layers) }
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private var title: String {
    let model = report.model
    return "\(model.path.printable) · \(model.format.rawValue), \(Figures.bytes(model.bytes))"
  }

  private var totals: [String] {
    let totals = report.totals
    let memory = totals.activationBytes.map { ", activations \(leastly)\(Figures.bytes($0))" } ?? ""
    var lines = [
      "  \(Self.count(totals.operations, "operation")), \(Figures.large(totals.parameters)) parameters, \(Figures.bytes(totals.weightBytes)) of weights",
      "  \(totals.macsAreAtLeast ? "at least " : "")\(Figures.large(totals.macs)) multiply-accumulates\(memory)",
    ]
    let unknown = Set(
      report.layers.filter { $0.macs == nil && $0.outputs.allSatisfy(\.hasKnownShape) }.map(\.operation))
    if !unknown.isEmpty {
      lines.append(
        "  Not counted, because no rule says what they compute: \(unknown.sorted().map(\.printable).joined(separator: ", "))."
      )
    }
    if totals.assumesBatchOfOne { lines.append("  A dynamic first dimension counts as 1.") }
    if totals.unknownShapes > 0 {
      lines.append("  The shapes of \(totals.unknownShapes) of \(totals.operations) layers are unknown.")
    }
    return lines
  }

  private var leastly: String { report.totals.unknownShapes > 0 ? "at least " : "" }

  private var facts: [String] {
    (report.model.facts + report.model.metadata).map { fact in
      let value = fact.value.printable
      let cut = value.count > Self.longestFact ? value.prefix(Self.longestFact) + "…" : value[...]
      return "  \(fact.name.printable): \(cut)"
    }
  }

  private var tensors: [String] {
    let signatures = report.signatures.map { signature in
      "Signature  \(signature.name.printable)(\(signature.inputs.map(\.printable).joined(separator: ", "))) → \(signature.outputs.map(\.printable).joined(separator: ", "))"
    }
    return report.inputs.map { "Input   \($0.line)" } + report.outputs.map { "Output  \($0.line)" } + signatures
  }

  private var operations: [String] {
    guard !report.operations.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "Operation", alignment: .left), .init(title: "Count", alignment: .right),
      .init(title: "Parameters", alignment: .right), .init(title: "MACs", alignment: .right),
    ])
    for operation in report.operations {
      table.add([
        operation.operation, "\(operation.count)", Self.number(operation.parameters), Self.number(operation.macs),
      ])
    }
    return table.terminalLines()
  }

  private var weights: [String] {
    guard !report.weights.isEmpty else { return [] }
    let weights = report.weights.map {
      "\($0.type.printable) \(Figures.large($0.elements)) in \(Self.count($0.tensors, "tensor")) (\(Figures.bytes($0.bytes)))"
    }
    let (whole, channels) = (report.totals.quantizedPerTensor, report.totals.quantizedPerChannel)
    let quantization = "Quantised: \(Self.count(whole, "tensor")) with one scale, \(channels) with one per channel"
    return ["Weights: \(weights.joined(separator: ", "))"] + (whole + channels > 0 ? [quantization] : [])
  }

  private var layers: [String] {
    var table = TextTable([
      .init(title: "#", alignment: .right), .init(title: "Operation", alignment: .left),
      .init(title: "Output", alignment: .left), .init(title: "Parameters", alignment: .right),
      .init(title: "MACs", alignment: .right), .init(title: "Quantisation", alignment: .left),
      .init(title: "Name", alignment: .left),
    ])
    for layer in report.layers {
      table.add([
        "\(layer.index)", layer.operation, layer.outputs.first?.kind ?? "", Self.number(layer.parameters),
        layer.macs.map(Self.number) ?? "?", layer.outputs.first?.quantization?.text ?? "",
        Screen.shorten(layer.title, to: max(width - 60, 30)),
      ])
    }
    return table.terminalLines()
  }

  /// `1 operation`, `66 operations`
  private static func count(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

  private static func number(_ count: Int) -> String { count == 0 ? "" : Figures.large(count) }
}

extension InspectedTensor {
  /// `float32 [1, 3, 224, 224]`
  var kind: String { "\(type ?? "?") \(shape.map(Self.text) ?? "[…]")" }

  var hasKnownShape: Bool { shape.map { $0.allSatisfy { $0 >= 0 } } ?? false }

  var line: String {
    "\(name.printable)  \(kind)" + (quantization.map { "  \($0.text)" } ?? "")
  }

  static func text(_ shape: [Int]) -> String {
    "[\(shape.map { $0 < 0 ? "?" : "\($0)" }.joined(separator: ", "))]"
  }
}

extension TensorQuantization {
  /// `scale 0.0078, zero point 128`, `64 scales along axis 0`
  var text: String {
    if scales > 1 { return "\(scales) scales" + (axis.map { " along axis \($0)" } ?? "") }
    return "scale \(scale.map { Figures.significant($0) } ?? "?"), zero point \(zeroPoint ?? 0)"
  }
}

extension InspectedLayer {
  /// The name, with the loop or branch that it is in.
  var title: String { graph.map { "\(name.printable) (in \($0.printable))" } ?? name.printable }
}
