public import AssayCore
import GRDB

/// Which runs to list. A criterion that is `nil` matches every run.
public struct RunFilter: Sendable {
  /// The name of the model's file, or the end of its path from any folder on; `*` and `?` stand for what may differ.
  public var model: String?
  /// Any of these.
  public var engines: [String] = []
  public var device: String?
  /// A part of the host's name, in any case.
  public var host: String?
  public var tag: String?
  public var status: CellStatus?
  /// `created` is at or after `since`, and before `before`: ISO 8601 in UTC, or a prefix of it.
  public var since: String?
  public var before: String?

  public init() {}

  var clause: (sql: String, arguments: StatementArguments) {
    var parts: [String] = []
    var arguments = StatementArguments()
    func add(_ sql: String, _ value: String?) {
      guard let value else { return }
      parts.append(sql)
      arguments += [value]
    }
    let isPattern = model?.contains { "*?[".contains($0) } == true
    if let model, model.contains("/") {
      let end = model.hasPrefix("/") ? model : "/" + model
      add(isPattern ? "model_path GLOB ?" : "substr(model_path, -length(?)) = ?", isPattern ? "*" + end : end)
      if !isPattern { arguments += [end] }
    } else {
      add(isPattern ? "model_name GLOB ?" : "model_name = ?", model)
    }
    if !engines.isEmpty {
      parts.append("engine IN (\(engines.map { _ in "?" }.joined(separator: ", ")))")
      arguments += StatementArguments(engines)
    }
    add("device = ?", device)
    add("host_id IN (SELECT id FROM host WHERE instr(lower(name), lower(?)) > 0)", host)
    add("run.id IN (SELECT run_id FROM tag WHERE tag.name = ?)", tag)
    add("status = ?", status?.rawValue)
    add("created >= ?", since)
    add("created < ?", before)
    return (parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND "), arguments)
  }
}
