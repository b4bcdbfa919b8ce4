/// Paths as text, without a look at any file.
public enum PathText {
  /// The folder of a path, without the slash: empty for a name alone, `/` at the root.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
