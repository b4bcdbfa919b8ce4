import Glibc

/// A program to start, as a value.
public struct ProcessSpec: Hashable, Sendable {
  /// What the program finds at one of its descriptors.
  public enum Stream: Hashable, Sendable {
    /// `/dev/null`
    case null
    /// A stream that this process writes.
    case input
    /// A stream that this process reads.
    case output
    /// The same as another of its descriptors, as `2>&1` in a shell.
    case same(as: Int32)
    /// A file, which is made, or emptied where it is there.
    case file(String)
  }

  /// The path of the program. `locate` finds one by its name.
  public var program: String
  /// Without the name of the program.
  public var arguments: [String]
  /// All its variables; `nil` gives it those of this process.
  public var environment: [String: String]?
  /// `nil` for that of this process.
  public var workingFolder: String?
  /// By descriptor of the program. Those of 0 to 2 that are not named are this process's own; all others are closed.
  public var streams: [Int32: Stream]
  /// Whether Ctrl-C in a terminal leaves it alone: it then belongs to a process group of its own.
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
  /// The absolute path of a program: a path as it is given, a name as the folders of `PATH` have it.
  ///
  /// Relative folders of `PATH` are passed over, so that a program in the current folder never takes the place of the system's.
  ///
  /// - Parameter root: the folder that the folders of `PATH` hang under.
  /// - Returns: `nil` where there is no file that may be run.
  public static func locate(_ name: String, path: String, root: String = "/") -> String? {
    guard !name.contains("/") else {
      let path = absolutePath(name)
      return isProgram(path) ? path : nil
    }
    let prefix = root.hasSuffix("/") ? String(root.dropLast()) : root
    return path.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\(prefix)\($0)/\(name)" }
      .first(where: isProgram)
  }

  /// A path that means the same in another working folder. Links stay as they are.
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
