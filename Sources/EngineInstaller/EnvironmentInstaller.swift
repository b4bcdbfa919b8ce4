public import AssayCore
import Foundation
import Platform

/// Installs the Python packages of converters, pinned by hash, each environment in a folder of its own that one rename puts into place.
public struct EnvironmentInstaller {
  /// An environment that can run programs.
  public struct Installed: Hashable, Sendable {
    public let name: String
    /// The folder of its packages.
    public let packages: String
    /// The Python that it was installed for.
    public let interpreter: String
    /// What tells it from others: a hash of its lock and its Python.
    public let identity: String

    public init(name: String, packages: String, interpreter: String, identity: String) {
      (self.name, self.packages, self.interpreter, self.identity) = (name, packages, interpreter, identity)
    }
  }

  private let environment: [String: String]
  private let folder: String

  /// - Parameter environment: the variables of the process. `XDG_DATA_HOME` or `HOME` tell where to install, `ASSAY_PYTHON` which
  ///   Python to use, and pip's own variables which index.
  public init(environment: [String: String]) throws(AssayError) {
    guard let folder = DataFolder.environments.path(environment: environment) else {
      throw AssayError(
        .inputOutput, "There is no folder for the environments of converters: neither XDG_DATA_HOME nor HOME is set.",
        advice: "Set HOME or XDG_DATA_HOME.")
    }
    (self.environment, self.folder) = (environment, folder)
  }

  /// An environment that is in place, as its lock says; `nil` for one that is missing or of another version.
  public func installed(_ locked: LockedEnvironment) -> Installed? {
    let lines = InstallationFolder.stamp(of: locked.name, in: folder)?.split(separator: "\n").map(String.init) ?? []
    guard lines.count == 2, lines[0] == Self.digest(of: locked), FileManager.default.isExecutableFile(atPath: lines[1])
    else { return nil }
    return Installed(
      name: locked.name, packages: "\(folder)/\(locked.name)", interpreter: lines[1],
      identity: SHA256.hexDigest(of: lines.joined(separator: "\n")))
  }

  /// Installs an environment, unless it is in place.
  ///
  /// - Parameter report: called with a line for each step.
  /// - Throws: `.engineUnavailable` without a Python that it is locked for, `.inputOutput` if the download or the disk fails.
  public func install(_ locked: LockedEnvironment, report: (String) -> Void) throws(AssayError) -> Installed {
    if let installed = installed(locked) { return installed }
    let python = try interpreter(for: locked)
    report(
      "Installing \(locked.name) (\(locked.about)) into \(folder): "
        + "\(EngineInstaller.megabytes(locked.downloadBytes)) MB to download, "
        + "\(EngineInstaller.megabytes(locked.installedBytes)) MB on disk")
    let installation = try InstallationFolder(folder, report: report)
    defer { installation.removePartial() }
    // Another process may have installed it in the meantime.
    if let installed = installed(locked) { return installed }
    var variables = environment
    variables["ASSAY_PYTHON"] = python
    let pip = try Pip(in: installation.partial, environment: variables)
    let unpacked = "\(installation.partial)/\(locked.name)"
    let hint = locked.index.map {
      "PyPI lacks one of these builds. Name its index: PIP_EXTRA_INDEX_URL=\($0) assay convert --install \(locked.name)"
    }
    try pip.install(locked.requirements, "the environment \(locked.name)", into: unpacked, ifMissing: hint) { bytes in
      report("  \(locked.name): \(EngineInstaller.megabytes(bytes)) MB of the file under way")
    }
    try installation.place(unpacked, as: locked.name, stamp: "\(Self.digest(of: locked))\n\(python)")
    report("\(locked.name) installed")
    guard let installed = installed(locked) else {
      throw AssayError(.inputOutput, "The environment \(locked.name) is not in \(folder) after its installation.")
    }
    return installed
  }

  private static func digest(of locked: LockedEnvironment) -> String {
    SHA256.hexDigest(of: locked.requirements.joined(separator: "\n"))
  }

  /// The first Python that an environment is locked for: `ASSAY_PYTHON`, `python3`, or one that carries its version in its name.
  private func interpreter(for locked: LockedEnvironment) throws(AssayError) -> String {
    var found: [String] = []
    for name in [IsolatedPython.name(in: environment), "python3"] + locked.pythons.reversed().map({ "python\($0)" }) {
      guard let python = IsolatedPython(name, in: "/", environment: environment) else { continue }
      // The file behind links: an update of the system may point python3 at another version.
      let question = "import os; print('%d.%d' % sys.version_info[:2], os.path.realpath(sys.executable))"
      let answer = try python.program(question, [], packages: "/").run()
      let words = answer.output.text?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
      guard answer.isSuccess, words.count == 2 else { continue }
      if locked.pythons.contains(words[0]) { return words[1] }
      found.append(words[0])
    }
    let versions = locked.pythons.joined(separator: ", ")
    throw AssayError(
      .engineUnavailable,
      "The environment \(locked.name) is locked for Python \(versions), and "
        + (found.isEmpty ? "there is no Python here." : "only \(found[0]) is here."),
      advice:
        "Install one of them, and name it if it is not in PATH: ASSAY_PYTHON=/path/to/python\(locked.pythons.last ?? "3")"
    )
  }
}
