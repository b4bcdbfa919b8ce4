/// One engine of the lock file: the exact wheel of PyPI for each architecture.
public struct LockedEngine: Decodable, Hashable, Sendable {
  /// The name in a target: `litert`.
  public let name: String
  /// The name on PyPI: `ai-edge-litert`.
  public let package: String
  /// The exact version.
  public let version: String
  /// One wheel for each architecture, `x86_64` and `aarch64`; an old engine may have fewer.
  public var wheels: [String: Wheel]
  /// Whether it is installed where no engine is named; `nil` means that it is.
  public var `default`: Bool?

  /// A wheel: a zip file that holds an engine's library.
  public struct Wheel: Decodable, Hashable, Sendable {
    /// The name of the file, which includes the platforms that it runs on (PEP 427).
    public let file: String
    /// Bytes to download.
    public let bytes: Int
    /// The SHA-256 of the file, in hexadecimal digits.
    public let sha256: String
    /// Files that this wheel lacks and another has.
    public var additions: [Addition]?
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
    return ["--implementation", "cp", "--python-version", String(tags[0].dropFirst(2)), "--abi", String(tags[1])]
      + platforms.flatMap { ["--platform", String($0)] }
  }
}
