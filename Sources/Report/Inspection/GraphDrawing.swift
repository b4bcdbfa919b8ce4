import AssayCore

/// Boxes and arrows, for Graphviz to lay out.
public struct GraphDrawing: Sendable {
  public struct Box: Sendable {
    /// Letters and digits.
    public var id: String
    public var lines: [String]
    /// What a reader sees on pointing at it.
    public var tooltip: String
    public var kind: Kind
    /// From 0 to 1: how dark it is; `nil` for the colour of its kind.
    public var weight: Double?
  }

  /// What a box stands for, which decides its colour.
  public enum Kind: String, Sendable {
    case product, activation, pool, normalization, move, data, constant, other
  }

  public struct Arrow: Sendable {
    public var from: String
    public var to: String
    public var label: String
  }

  public var boxes: [Box]
  public var arrows: [Arrow]
  /// Boxes that lie in a frame, by its title.
  public var frames: [(title: String, ids: [String])]
}

extension GraphDrawing {
  /// In Graphviz's language.
  public func dot() -> String {
    var lines = [
      "digraph model {", ##"graph [fontname="Helvetica", ranksep=0.35, nodesep=0.25, bgcolor="transparent"];"##,
      ##"node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, color="#8a94a3", margin="0.12,0.06"];"##,
      ##"edge [fontname="Helvetica", fontsize=9, color="#8a94a3", fontcolor="#5d6673", arrowsize=0.6];"##,
    ]
    lines += boxes.map(\.dot)
    for (number, frame) in frames.enumerated() {
      let style = ##"fontname="Helvetica"; fontsize=10; color="#8a94a3""##
      lines.append(
        "subgraph cluster_\(number) { label=\"\(Self.escaped(frame.title))\"; \(style); \(frame.ids.joined(separator: "; ")); }"
      )
    }
    lines += arrows.map { arrow in
      let label = Self.escaped(arrow.label)
      return "\(arrow.from) -> \(arrow.to) [label=\"\(label)\", tooltip=\"\(label)\"];"
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  /// A text inside double quotes. Graphviz reads `\n` and the like in labels.
  fileprivate static func escaped(_ text: String) -> String {
    text.printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}

extension GraphDrawing.Box {
  fileprivate var dot: String {
    let label = lines.map(GraphDrawing.escaped).joined(separator: #"\n"#)
    var attributes = [
      ("id", id), ("class", kind.rawValue), ("label", label), ("tooltip", GraphDrawing.escaped(tooltip)),
      ("fillcolor", color),
    ]
    if isDark { attributes.append(("fontcolor", "white")) }
    if kind == .constant { attributes.append(("style", "filled,rounded,dashed")) }
    return "\(id) [\(attributes.map { "\($0)=\"\($1)\"" }.joined(separator: ", "))];"
  }

  /// From light to dark, as on the heat maps of pages.
  private static let shades = [
    "#e3fafc", "#a6f1f5", "#6fd7e9", "#3bbbde", "#099dcf", "#057eba", "#1c619e", "#25457b",
  ]

  private var shade: Int? {
    weight.map { min(max(Int($0 * Double(Self.shades.count)), 0), Self.shades.count - 1) }
  }

  fileprivate var isDark: Bool { shade.map { $0 >= 5 } ?? false }

  fileprivate var color: String {
    if let shade { return Self.shades[shade] }
    return switch kind {
    case .product: "#cfe2ff"
    case .activation: "#ffe3c7"
    case .pool: "#cdeedd"
    case .normalization: "#e6d9f5"
    case .move: "#eceff3"
    case .data: "#fff6c2"
    case .constant: "#ffffff"
    case .other: "#f6d5dd"
    }
  }
}
