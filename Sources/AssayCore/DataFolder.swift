/// Where Assay keeps what outlives a command, by the XDG Base Directory Specification.
public enum DataFolder: String, Sendable {
  /// Record logs of runs.
  case records
  /// What `assay engines install` fills: one folder for each engine, named like it, with its wheel unpacked inside;
  /// and `charts`, what charts are drawn with.
  case engines
  /// The database of runs: a file, with its record logs in `records` beside it.
  case results = "results.sqlite"

  /// The folder or file below `$XDG_DATA_HOME/assay` or `~/.local/share/assay`. A relative `XDG_DATA_HOME` is ignored, as the specification says.
  ///
  /// - Returns: `nil` where the environment names neither a data folder nor a home.
  public func path(environment: [String: String]) -> String? {
    let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.local/share" : nil }
    return (data ?? home).map { "\($0)/assay/\(rawValue)" }
  }
}
