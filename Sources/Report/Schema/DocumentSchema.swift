import Foundation

/// A kind of JSON document that Assay writes, with its JSON Schema (draft 2020-12).
///
/// `schema.json` has the definitions of all documents; each document's own schema holds those that it refers to.
public enum DocumentSchema: String, CaseIterable, Sendable {
  /// `--json` of the commands that measure.
  case run
  /// `--json` of `assay compare`.
  case comparison
  /// `--json` of `assay compare --outputs`.
  case outputs
  /// A line of `--events`.
  case events
  /// `assay run --json`.
  case once
  /// `assay results export`.
  case runs
  /// `assay results show --json`.
  case show
  /// `assay results list --json`.
  case list
  /// `assay results trend --json`.
  case trend
  /// `assay doctor --json`.
  case doctor
  /// `assay engines list --json`.
  case engines
  /// `assay inspect --json`.
  case inspection
  /// `assay compare --layers --json`.
  case layers
  /// `assay convert --json`.
  case conversion
  /// A study file, which Assay reads.
  case study
  /// The user's catalogue of models, which Assay reads.
  case catalogue

  public func text() -> String {
    let definitions = Self.definitions
    var needed: Set<String> = []
    collect(rawValue, from: definitions, into: &needed)
    let root: [String: Any] = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Assay: \(rawValue)",
      "$ref": "#/$defs/\(rawValue)", "$defs": definitions.filter { needed.contains($0.key) },
    ]
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try? JSONSerialization.data(withJSONObject: root, options: options)
    return data.map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
  }

  /// The definitions in the resource, which the tests parse.
  private static var definitions: [String: Any] {
    let object = try? JSONSerialization.jsonObject(with: Data(PackageResources.schema_json))
    return object as? [String: Any] ?? [:]
  }

  /// Adds a definition and all that it refers to.
  private func collect(_ name: String, from definitions: [String: Any], into needed: inout Set<String>) {
    guard let definition = definitions[name], needed.insert(name).inserted else { return }
    var rest: [Any] = [definition]
    while let value = rest.popLast() {
      if let list = value as? [Any] { rest += list }
      guard let object = value as? [String: Any] else { continue }
      rest += object.values
      if let reference = object["$ref"] as? String, let target = reference.split(separator: "/").last {
        collect(String(target), from: definitions, into: &needed)
      }
    }
  }
}
