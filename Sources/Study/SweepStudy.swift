public import AssayCore

/// A study of models, what converters make of them, and targets, made on the fly: what its file says.
public struct SweepStudy: Hashable, Sendable {
  public struct Model: Hashable, Sendable {
    /// As tables call it.
    public var name: String
    /// Absolute, since the file may lie anywhere.
    public var path: String
    /// `nil` for the model as it is.
    public var form: ConversionForm?
    public var targets: [Target]

    public init(name: String, path: String, form: ConversionForm?, targets: [Target]) {
      (self.name, self.path, self.form, self.targets) = (name, path, form, targets)
    }
  }

  public var models: [Model]
  public var title: String?
  /// `nil` for the usual number.
  public var threads: [Int]?
  /// Inferences of a cell that measures latency; `nil` for as many as the usual rule takes.
  public var runs: Int?
  /// Numbers of inferences side by side; empty measures single ones alone.
  public var streams: [Int] = []
  /// The absolute path of labelled images; `nil` measures latency alone.
  public var images: String?
  /// How many of them; `nil` for all.
  public var imageCount: Int?
  /// The absolute path of what quantising looks at; `nil` for random inputs.
  public var calibration: String?

  public init(_ models: [Model]) { self.models = models }

  /// The whole file.
  public func text(name: String) -> String {
    var lines = ["study: 1", "name: \(Self.quoted(name))"]
    if let title { lines.append("title: \(Self.quoted(title))") }
    lines.append(#"variables: {dollar: "$"}"#)
    for part in [modelLines, targetLines, measureLines, cellLines, reportLines] { lines += part }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: What is measured

  private var modelLines: [String] {
    ["models:"]
      + models.map { model in
        let head = "  - {name: \(Self.quoted(model.name)), path: \(Self.quoted(model.path))"
        guard let form = model.form else { return head + "}" }
        let data = form.precision == .int8 ? calibration.map { ", calibration: \(Self.quoted($0))" } ?? "" : ""
        return head + ", convert: {to: \(form.kind.rawValue), precision: \(form.precision.word)\(data)}}"
      }
  }

  private var targets: [String] {
    var seen: Set<String> = []
    return models.flatMap(\.targets).map(\.description).filter { seen.insert($0).inserted }
  }

  /// Each target is a device of its own in tables and figures: one machine has them all.
  private var targetLines: [String] {
    ["targets:"]
      + targets.map { target in
        let name = Self.quoted(target)
        return "  - {name: \(name), target: \(name), device: \(name)}"
      }
  }

  private var measureLines: [String] {
    let runs = runs.map { ", runs: \($0)" } ?? ""
    var lines = ["measures:", "  - {name: latency, kind: latency\(runs)}"]
    if let images {
      let count = imageCount.map { ", count: \($0)" } ?? ""
      lines.append("  - {name: accuracy, kind: accuracy, images: \(Self.quoted(images))\(count)}")
    }
    lines += streams.map { count in
      "  - {name: \(count == 1 ? "1 stream" : "\(count) streams"), kind: streams, streams: \(count)\(runs)}"
    }
    return lines
  }

  private var cellLines: [String] {
    let threads = threads.map { ", threads: [\($0.map(String.init).joined(separator: ", "))]" } ?? ""
    return ["cells:"]
      + models.map { model in
        let names = model.targets.map { Self.quoted($0.description) }.joined(separator: ", ")
        return "  - {models: \(Self.quoted(model.name)), targets: [\(names)]\(threads)}"
      }
  }

  // MARK: What is shown

  private var reportLines: [String] {
    let isConverted = models.contains { $0.form != nil }
    var lines = ["report:", "  sections:"]
    func section(_ title: String, _ text: String, _ items: [String]) {
      lines += ["    - title: \(Self.quoted(title))", "      text: \(Self.quoted(text))", "      show:"]
      lines += items.map { "        - {\($0)}" }
    }
    section(
      "Results",
      "Every model on every engine that reads it, the fastest first. Latencies are of single inferences, each in a process of its own.",
      ["table: forms", "table: best-time"] + (images == nil ? [] : ["table: best-accuracy"]))
    if images != nil {
      section(
        "Time against accuracy",
        "What is on the front has no other that is both as fast and as accurate: between these the choice is a matter of taste.",
        ["figure: time-against-accuracy", "table: pareto-front"])
      section(
        "What is lost",
        isConverted
          ? "Converted models stand against the model as it is, on the same images."
          : "The accuracy of each model by the engine that ran it.",
        (isConverted ? ["table: accuracy-lost"] : []) + ["table: accuracy-by-model"])
    }
    if !streams.isEmpty {
      section(
        "Side by side", "The least latency and the most throughput over the numbers of streams.", ["table: processors"])
    }
    return lines
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
