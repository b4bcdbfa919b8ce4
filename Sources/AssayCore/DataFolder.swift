/// Where Assay keeps its data, by the XDG Base Directory Specification.
public enum DataFolder: String, Sendable {
  /// Files of runs that are not saved.
  case unsaved
  /// Filled by `assay engines install`: one folder per engine, with its unpacked wheel; and `charts`, which draws charts.
  case engines
  /// Filled by `assay convert`: one folder per environment of converters, with its unpacked Python packages.
  case environments
  /// Filled by `assay models get`: one folder per package of trained weights.
  case models
  /// Plugins: a shared library per engine, `NAME.so`.
  case plugins
  /// The database of runs. Its record logs are in `records`, beside it.
  case results = "results.sqlite"

  /// The folder or file below `$XDG_DATA_HOME/assay` or `~/.local/share/assay`. A relative `XDG_DATA_HOME` is ignored, as the
  /// specification requires.
  ///
  /// - Returns: `nil` if the environment names neither a data folder nor a home.
  public func path(environment: [String: String]) -> String? {
    xdgFolder("XDG_DATA_HOME", ".local/share", environment).map { "\($0)/\(rawValue)" }
  }
}

/// Where Assay keeps what it can make again.
public enum CacheFolder {
  /// `$XDG_CACHE_HOME/assay` or `~/.cache/assay`; `nil` if the environment names neither.
  public static func path(environment: [String: String]) -> String? {
    xdgFolder("XDG_CACHE_HOME", ".cache", environment)
  }
}

/// Where users describe what is theirs.
public enum ConfigurationFolder {
  /// `$XDG_CONFIG_HOME/assay` or `~/.config/assay`; `nil` if the environment names neither.
  public static func path(environment: [String: String]) -> String? {
    xdgFolder("XDG_CONFIG_HOME", ".config", environment)
  }
}

private func xdgFolder(_ variable: String, _ usual: String, _ environment: [String: String]) -> String? {
  let chosen = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
  let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/\(usual)" : nil }
  return (chosen ?? home).map { "\($0)/assay" }
}
