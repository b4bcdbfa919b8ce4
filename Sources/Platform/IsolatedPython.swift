/// Python that runs nothing but what it is given.
///
/// `python3 -c 'import json'` runs a `json.py` of the current folder. Here neither the current folder, nor the user's own packages, nor
/// variables such as `PYTHONPATH` have a say.
public struct IsolatedPython: Sendable {
  /// What programs of Python may need to know of the outside: where their temporary files go, certificates and proxies. And pip's settings.
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
  ///   - folder: where programs run: a folder that nobody else writes into. Paths given to them must be absolute.
  ///   - environment: the variables of this process, of which programs get a few.
  /// - Returns: `nil` where there is no such interpreter.
  public init?(_ name: String, in folder: String, environment: [String: String]) {
    guard let interpreter = ProcessSpec.locate(name, path: environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin") else {
      return nil
    }
    self.interpreter = interpreter
    self.folder = ProcessSpec.absolutePath(folder)
    self.environment = environment.filter { name, _ in
      Self.keptVariables.contains(name.uppercased()) || name.hasPrefix("LC_") || name.hasPrefix("PIP_")
    }
  }

  /// A module run as a program, as in `python -m venv`.
  ///
  /// - Parameter variables: set besides the kept ones.
  public func module(
    _ name: String, _ arguments: [String], setting variables: [String: String] = [:]
  ) -> ProcessSpec {
    spec(["-m", name] + arguments, setting: variables)
  }

  /// A program given as text.
  ///
  /// - Parameter packages: the one folder of packages that it may import, besides Python's own library.
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
