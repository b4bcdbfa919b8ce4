/// The folder that `assay engines install` fills: one folder for each engine, named like it, with its wheel unpacked inside.
public enum ManagedFolder {
  /// `assay/engines` below the user's data folder (XDG Base Directory Specification: a relative `XDG_DATA_HOME` is ignored).
  ///
  /// - Returns: `nil` where the environment names neither a data folder nor a home.
  public static func path(environment: [String: String]) -> String? {
    let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.local/share" : nil }
    return (data ?? home).map { "\($0)/assay/engines" }
  }
}
