public import AssayCore

/// A study of models on targets, made on the fly: what its file says.
public struct SweepStudy: Hashable, Sendable {
  public struct Model: Hashable, Sendable {
    /// As tables call it.
    public var name: String
    /// Absolute, since the file may lie anywhere.
    public var path: String
    public var targets: [Target]

    public init(name: String, path: String, targets: [Target]) {
      self.name = name
      self.path = path
      self.targets = targets
    }
  }

  public var models: [Model]
  /// `nil` for the usual number.
  public var threads: [Int]?
  /// Inferences of a cell that measures latency; `nil` for as many as the usual rule takes.
  public var runs: Int?
  /// The absolute path of labelled images; `nil` measures latency alone.
  public var images: String?
  /// How many of them; `nil` for all.
  public var imageCount: Int?

  public init(_ models: [Model]) { self.models = models }

  /// The file, but for its name: what tells sweeps apart.
  public var body: String {
    var lines = [#"variables: {dollar: "$"}"#, "models:"]
    lines += models.map { "  - {name: \(Self.quoted($0.name)), path: \(Self.quoted($0.path))}" }
    lines.append("targets:")
    lines += targets.map { "  - {name: \(Self.quoted($0)), target: \(Self.quoted($0))}" }
    lines += ["measures:", "  - {name: latency, kind: latency\(runs.map { ", runs: \($0)" } ?? "")}"]
    if let images {
      let count = imageCount.map { ", count: \($0)" } ?? ""
      lines.append("  - {name: accuracy, kind: accuracy, images: \(Self.quoted(images))\(count)}")
    }
    lines.append("cells:")
    let threads = threads.map { ", threads: [\($0.map(String.init).joined(separator: ", "))]" } ?? ""
    lines += models.map { model in
      let names = model.targets.map { Self.quoted($0.description) }.joined(separator: ", ")
      return "  - {models: \(Self.quoted(model.name)), targets: [\(names)]\(threads)}"
    }
    lines += ["report:", "  sections:", "    - title: Results", "      show:", "        - {table: best-time}"]
    if images != nil {
      lines += [
        "        - {table: best-accuracy}", "        - {table: pareto-front}",
        "        - {figure: time-against-accuracy}",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The whole file.
  public func text(name: String) -> String { "study: 1\nname: \(Self.quoted(name))\n\(body)" }

  private var targets: [String] {
    var seen: Set<String> = []
    return models.flatMap(\.targets).map(\.description).filter { seen.insert($0).inserted }
  }

  /// A text in YAML that stays as it is, also where it looks like a variable.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }.joined()
    return "\"\(escaped.replacing("${", with: "${dollar}{"))\""
  }
}
