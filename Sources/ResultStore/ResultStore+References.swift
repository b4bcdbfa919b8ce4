public import AssayCore
import GRDB

/// How a command line refers to a run: an id, `last`, `last~N` (the Nth before it), or a tag.
public enum RunReference: Sendable, Hashable {
  case id(Int64)
  case last(before: Int)
  case tag(RunTag)

  /// - Throws: `.usage` if the text is none of these.
  public init(_ text: String) throws(AssayError) {
    if let id = Int64(text), id > 0, text.allSatisfy(\.isNumber) {
      self = .id(id)
    } else if text == "last" {
      self = .last(before: 0)
    } else if text.hasPrefix("last~"), let steps = Int(text.dropFirst(5)), steps >= 0 {
      self = .last(before: steps)
    } else if let tag = try? RunTag(text) {
      self = .tag(tag)
    } else {
      throw AssayError(
        .usage, "'\(text)' does not refer to a run.",
        advice: "Write an id, as in 17, a tag, last, or last~1 for the run before it.")
    }
  }
}

extension ResultStore {
  /// The ids that a reference stands for, in order: one, or all that have the tag.
  ///
  /// - Throws: `.usage` if there is none, with the nearest ids or tags.
  public func ids(for reference: RunReference) throws(AssayError) -> [Int64] {
    switch reference {
    case .id(let id):
      let exists = try read { try Int64.fetchOne($0, sql: "SELECT id FROM run WHERE id = ?", arguments: [id]) != nil }
      guard exists else { throw try unknown(id) }
      return [id]
    case .last(let steps):
      let id = try read {
        try Int64.fetchOne($0, sql: "SELECT id FROM run ORDER BY id DESC LIMIT 1 OFFSET ?", arguments: [steps])
      }
      guard let id else {
        let count = try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") ?? 0 }
        throw AssayError(
          .usage, "There is no run last~\(steps): the store \(path) holds \(count) run\(count == 1 ? "" : "s").")
      }
      return [id]
    case .tag(let tag):
      let ids = try read {
        try Int64.fetchAll($0, sql: "SELECT run_id FROM tag WHERE name = ? ORDER BY run_id", arguments: [tag.name])
      }
      guard !ids.isEmpty else { throw try unknown(tag) }
      return ids
    }
  }

  /// The ids of several references as typed, each id once, in order.
  ///
  /// - Throws: `.usage`
  public func ids(for references: [String]) throws(AssayError) -> [Int64] {
    var ids: [Int64] = []
    for text in references {
      for id in try self.ids(for: RunReference(text)) where !ids.contains(id) { ids.append(id) }
    }
    return ids
  }

  /// The one run that a typed reference stands for.
  ///
  /// - Throws: `.usage` if there is none, or a tag names several.
  public func run(_ text: String) throws(AssayError) -> StoredRun {
    let ids = try ids(for: RunReference(text))
    guard ids.count == 1 else {
      let list = ids.prefix(8).map(String.init).joined(separator: ", ") + (ids.count > 8 ? ", …" : "")
      throw AssayError(.usage, "The tag '\(text)' names \(ids.count) runs: \(list).", advice: "Give the id of one.")
    }
    return try run(ids[0])
  }

  func unknown(_ id: Int64) throws(AssayError) -> AssayError {
    let nearest = try read {
      try Int64.fetchAll($0, sql: "SELECT id FROM run ORDER BY abs(id - ?), id LIMIT 3", arguments: [id])
    }
    return AssayError(
      .usage, "There is no run \(id) in \(path).",
      advice: nearest.isEmpty
        ? "It has no runs yet."
        : "The nearest are \(nearest.sorted().map(String.init).joined(separator: ", ")).")
  }

  private func unknown(_ tag: RunTag) throws(AssayError) -> AssayError {
    let all = try read { try String.fetchAll($0, sql: "SELECT DISTINCT name FROM tag ORDER BY name") }
    let ranked = all.map { ($0, EditDistance.between(tag.name, $0)) }.sorted { $0.1 < $1.1 }
    let nearest = ranked.prefix(3).map { "'\($0.0)'" }.joined(separator: ", ")
    return AssayError(
      .usage, "No run has the tag '\(tag.name)'.",
      advice: all.isEmpty
        ? "No run has a tag. Add one with: assay results tag last NAME" : "The nearest: \(nearest).")
  }
}
