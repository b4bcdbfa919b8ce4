import Glibc

/// A program to start, as a value.
public struct ProcessSpec: Hashable, Sendable {
  /// What stands at a descriptor of the program.
  public enum Stream: Hashable, Sendable {
    /// `/dev/null`
    case null
    /// Written by this process.
    case input
    /// Read by this process.
    case output
    /// The same as another descriptor, as `2>&1` in a shell.
    case same(as: Int32)
    /// What this process has open at a descriptor, which then stays open and locked as long as the program runs.
    case inherited(Int32)
    /// A file, created or emptied.
    case file(String)
  }

  /// The path of the program. `locate` finds one by its name.
  public var program: String
  /// Without the name of the program.
  public var arguments: [String]
  /// All its variables; `nil` for those of this process.
  public var environment: [String: String]?
  /// `nil` for that of this process.
  public var workingFolder: String?
  /// By descriptor of the program. Of the others it inherits 0 to 2 from this process, and no file that Assay opened.
  public var streams: [Int32: Stream]
  /// Whether it gets a process group of its own, so that Ctrl-C in a terminal does not reach it.
  public var isInOwnGroup: Bool

  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil, workingFolder: String? = nil,
    streams: [Int32: Stream] = [:], isInOwnGroup: Bool = true
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.workingFolder = workingFolder
    self.streams = streams
    self.isInOwnGroup = isInOwnGroup
  }
}

extension ProcessSpec {
  /// The absolute path of a program: of a path, or of a name in the folders of `PATH`.
  ///
  /// Skips relative folders of `PATH`: a program in the current folder must not replace the system's.
  ///
  /// - Parameters:
  ///   - path: the value of `PATH`.
  ///   - root: the folder that holds the folders of `PATH`.
  /// - Returns: `nil` where there is no executable file.
  public static func locate(_ name: String, path: String, root: String = "/") -> String? {
    guard !name.contains("/") else {
      let path = absolutePath(name)
      return isProgram(path) ? path : nil
    }
    let prefix = root.hasSuffix("/") ? String(root.dropLast()) : root
    return absoluteFolders(of: path).lazy.map { "\(prefix)\($0)/\(name)" }.first(where: isProgram)
  }

  /// The value of `PATH` without its relative folders, for a program that looks for others; the usual folders if none is left.
  public static func searchPath(_ path: String?) -> String {
    let folders = absoluteFolders(of: path ?? "")
    return folders.isEmpty ? "/usr/local/bin:/usr/bin:/bin" : folders.joined(separator: ":")
  }

  private static func absoluteFolders(of path: String) -> [Substring] {
    path.split(separator: ":").filter { $0.hasPrefix("/") }
  }

  /// The absolute form of a path, which is valid in any working folder. Keeps links.
  public static func absolutePath(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return "\(String(cString: folder))/\(path)"
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}
