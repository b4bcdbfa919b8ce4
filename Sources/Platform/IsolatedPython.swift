/// Python that runs only the code it is given.
///
/// `python3 -c 'import json'` runs a `json.py` of the current folder. Isolated Python ignores the current folder, the user's own packages,
/// and variables such as `PYTHONPATH`.
public struct IsolatedPython: Sendable {
  /// Variables that Python programs may need: temporary files, certificates, proxies, locale. pip's own are kept too.
  private static let keptVariables: Set<String> = [
    "ALL_PROXY", "CURL_CA_BUNDLE", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "LANG", "LD_LIBRARY_PATH", "LOGNAME",
    "NO_PROXY",
    "PATH", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "USER", "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
  ]

  /// The absolute path of the interpreter.
  public let interpreter: String
  private let folder: String
  private let environment: [String: String]

  /// The Python that `ASSAY_PYTHON` names, else `python3`.
  public static func name(in environment: [String: String]) -> String {
    environment["ASSAY_PYTHON"].flatMap { $0.isEmpty ? nil : $0 } ?? "python3"
  }

  /// - Parameters:
  ///   - name: the interpreter: a path, or a name that is looked for in `PATH`.
  ///   - folder: the working folder of programs, which nobody else writes into. Paths in their arguments must be absolute.
  ///   - environment: the variables of this process. Programs get a few of them.
  /// - Returns: `nil` where there is no such interpreter.
  public init?(_ name: String, in folder: String, environment: [String: String]) {
    guard let interpreter = ProcessSpec.locate(name, path: ProcessSpec.searchPath(environment["PATH"])) else {
      return nil
    }
    self.interpreter = interpreter
    self.folder = ProcessSpec.absolutePath(folder)
    self.environment = environment.filter { name, _ in
      Self.keptVariables.contains(name.uppercased()) || name.hasPrefix("LC_") || name.hasPrefix("PIP_")
    }.merging(["PATH": ProcessSpec.searchPath(environment["PATH"])]) { $1 }
  }

  /// Runs a module, as in `python -m venv`.
  ///
  /// - Parameter variables: added to the kept ones.
  public func module(
    _ name: String, _ arguments: [String], setting variables: [String: String] = [:]
  ) -> ProcessSpec {
    spec(["-m", name] + arguments, setting: variables)
  }

  /// Runs a program given as text.
  ///
  /// - Parameter packages: the only folder of packages that it can import, besides Python's own library.
  public func program(_ text: String, _ arguments: [String], packages: String) -> ProcessSpec {
    let opening = "import sys; sys.path.append(sys.argv.pop(1))\n"
    return spec(["-S", "-c", opening + text, packages] + arguments)
  }

  private func spec(_ arguments: [String], setting variables: [String: String] = [:]) -> ProcessSpec {
    ProcessSpec(
      interpreter, ["-I", "-B", "-X", "utf8"] + arguments, environment: environment.merging(variables) { $1 },
      workingFolder: folder)
  }
}
