public import AssayCore
import ChartRendering
import Foundation

/// Installs engines and the tool that draws charts from PyPI, pinned and checked by hash, into the folder where Assay looks for them.
///
/// Each engine is unpacked aside and moved into place by one rename: an interrupted installation leaves either the whole engine or
/// none. Repeating it installs the rest.
public struct EngineInstaller {
  /// The engines that can be installed, and `charts`, in the order of the lock file.
  public let installable: [LockedEngine]

  /// Where engines are.
  let folder: String
  private let environment: [String: String]

  /// - Parameter environment: the variables of the process. `XDG_DATA_HOME` or `HOME` tell where to install, `ASSAY_PYTHON` which
  ///   Python to use, and pip's own variables which index. Paths in those must be absolute: pip runs in a folder of its own.
  public init(environment: [String: String]) throws(AssayError) {
    try self.init(installable: Self.locked(PackageResources.Engines_lock), environment: environment)
  }

  /// What a lock file inside the program lists.
  static func locked(_ content: [UInt8]) throws(AssayError) -> [LockedEngine] {
    do {
      return try JSONDecoder().decode([LockedEngine].self, from: Data(content))
    } catch {
      throw AssayError(.inputOutput, "A list of packages inside this build of Assay is damaged: \(error)")
    }
  }

  init(
    installable: [LockedEngine], folder: DataFolder = .engines, environment: [String: String]
  ) throws(AssayError) {
    guard let folder = folder.path(environment: environment) else {
      throw AssayError(
        .inputOutput, "There is no folder to install into: neither XDG_DATA_HOME nor HOME is set.",
        advice: "Set HOME or XDG_DATA_HOME.")
    }
    self.installable = installable
    self.environment = environment
    self.folder = folder
  }

  /// Whether exactly the version of the lock file is in place.
  public func isInstalled(_ engine: LockedEngine) -> Bool {
    guard let wheel = engine.wheels[HostDescription.buildArchitecture] else { return false }
    return InstallationFolder.stamp(of: engine.name, in: folder) == wheel.sha256
  }

  /// Installs the missing engines. Starts no program if none is missing.
  ///
  /// - Parameters:
  ///   - names: engines by name; empty for all that are not too large to be installed unasked.
  ///   - report: called with a line for each step.
  /// - Throws: `.usage` for a name that the lock file lacks, `.unsupported` if no wheel runs on this machine,
  ///   `.engineUnavailable` without a usable Python, `.inputOutput` if the download or the disk fails.
  public func install(_ names: [String], report: (String) -> Void) throws(AssayError) {
    let chosen = try engines(named: names)
    defer { if names.isEmpty { reportOthers(report) } }
    guard !chosen.allSatisfy(isInstalled) else {
      return report("Already installed in \(folder): \(Self.list(chosen)).")
    }
    try checkMachine(for: chosen.filter { !isInstalled($0) })

    report("Installing into \(folder)")
    let installation = try InstallationFolder(folder, report: report)
    defer { installation.removePartial() }
    // Another process may have installed them in the meantime.
    let missing = chosen.filter { !isInstalled($0) }
    guard !missing.isEmpty else { return report("Already installed: \(Self.list(chosen)).") }
    try download(missing, into: installation, report: report)
  }

  private func download(
    _ engines: [LockedEngine], into installation: InstallationFolder, report: (String) -> Void
  ) throws(AssayError) {
    let wheels = engines.map { ($0, $0.wheels[HostDescription.buildArchitecture]) }
    for case (let engine, let wheel?) in wheels {
      report("  \(engine.name) \(engine.version): \(Self.megabytes(wheel.bytes)) MB, \(wheel.file)")
    }
    report("\(Self.megabytes(wheels.reduce(0) { $0 + ($1.1?.allBytes ?? 0) })) MB to download in all")

    let pip = try Pip(in: installation.partial, environment: environment)
    for case (let engine, let wheel?) in wheels {
      let unpacked = "\(installation.partial)/\(engine.name)"
      let progress = { (received: Int) in
        report("  \(engine.name): \(Self.megabytes(received)) of \(Self.megabytes(wheel.bytes)) MB")
      }
      try pip.install(
        wheel.package ?? engine.package, engine.version, wheel, of: engine, into: unpacked, progress: progress)
      for (index, addition) in (wheel.additions ?? []).enumerated() {
        let other = "\(unpacked).addition\(index)"
        try pip.install(addition.package, addition.version, addition.wheel, of: engine, into: other) { _ in }
        try installation.move("\(other)/\(addition.path)", into: "\(unpacked)/\(addition.folder)")
      }
      if engine.name == ChartTool.name {
        try ChartTool(in: unpacked, environment: environment)
          .makeBundle(with: pip.interpreter, in: installation.partial)
      }
      try installation.place(unpacked, as: engine.name, stamp: wheel.sha256)
      report("\(engine.name) \(engine.version) installed")
    }
  }

  private func engines(named names: [String]) throws(AssayError) -> [LockedEngine] {
    if let unknown = names.first(where: { name in !installable.contains { $0.name == name } }) {
      throw AssayError(
        .usage, "There is no engine '\(unknown)' to install.",
        advice: "Engines that can be installed: \(installable.map(\.name).joined(separator: ", "))")
    }
    return installable.filter { names.isEmpty ? $0.isDefault : names.contains($0.name) }
  }

  /// Says what else there is, for those who did not name any.
  private func reportOthers(_ report: (String) -> Void) {
    for engine in installable where !engine.isDefault && !isInstalled(engine) {
      guard let wheel = engine.wheels[HostDescription.buildArchitecture] else { continue }
      report(
        "Only by name, \(Self.megabytes(wheel.bytes)) MB to download: assay engines install \(engine.name)")
    }
  }

  private func checkMachine(for engines: [LockedEngine]) throws(AssayError) {
    for engine in engines {
      guard let wheel = engine.wheels[HostDescription.buildArchitecture] else {
        throw AssayError(
          .unsupported,
          "There is no build of \(engine.name) \(engine.version) for \(HostDescription.buildArchitecture).",
          advice: engine.name == ChartTool.name
            ? "\(engine.package) has no wheel for it: make the report on another machine."
            : "Build it for this machine and name its library: --engine-library \(engine.name)=PATH")
      }
      if let needed = wheel.glibc, let present = CLibrary.version, present.lexicographicallyPrecedes(needed) {
        let text = { (version: [Int]) in version.map(String.init).joined(separator: ".") }
        throw AssayError(
          .unsupported,
          "\(engine.name) \(engine.version) needs glibc \(text(needed)); this machine has \(text(present)).",
          advice: "Update the system, or name the engines to install: assay engines install NAME...")
      }
    }
  }

  private static func list(_ engines: [LockedEngine]) -> String {
    engines.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
  }

  /// Millions of bytes with one decimal.
  static func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
