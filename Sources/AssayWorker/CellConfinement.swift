import AssayCore
import EngineKit
import Engines
import Glibc
import Platform

/// The sandbox of one cell: what its engine's library may read, and the few files that it may write.
///
/// Documentation/Reliability.md says what this keeps from a library, and what not.
struct CellConfinement {
  let spec: CellSpec
  let job: CellJob

  /// Programs and libraries of the system, what the kernel tells, and places where distributions keep drivers. No home is among them.
  private static let system = [
    "/bin", "/etc", "/gnu/store", "/lib", "/lib32", "/lib64", "/nix/store", "/opt", "/proc", "/run/opengl-driver",
    "/sbin",
    "/sys", "/usr",
  ]

  /// How the names of devices begin: those that every program needs, and accelerators. USB is on `bus`.
  private static let devices = [
    "accel", "apex_", "bus", "dma_heap", "dri", "dxg", "full", "hailo", "kfd", "mali", "null", "nvhost", "nvidia",
    "nvmap",
    "random", "rknpu", "urandom", "zero",
  ]

  /// Confines this process, which has no other thread yet.
  ///
  /// - Throws: `.unsupported` where the kernel cannot, `.inputOutput` for files that cannot be made, and what `EngineLibraryLocator` throws.
  func enter() throws(AssayError) {
    try makeFiles()
    for name in ["TMPDIR", "XDG_CACHE_HOME"] { setenv(name, job.scratchFolder, 1) }
    var confinement = Confinement()
    confinement.readable = Self.system + job.readable + (try libraryFolders())
    confinement.readable += spec.options.given.files.map(\.path) + job.inputFiles.map(\.path)
    if let images = spec.measure.images { confinement.readable.append(images.source.folder) }
    if let manifest = job.images { confinement.readable.append(manifest.path) }
    confinement.writable = job.writtenFiles + [job.scratchFolder]
    confinement.devices = Folder.names(in: "/dev").filter { name in Self.devices.contains { name.hasPrefix($0) } }
      .map { "/dev/\($0)" }
    try confinement.enter()
  }

  /// Only files that exist can be listed; in the sandbox none can be made beside them.
  private func makeFiles() throws(AssayError) {
    do throws(SystemError) {
      try Folder.make(job.scratchFolder)
      for path in job.writtenFiles { _ = try FileDescriptor(opening: path, FileDescriptor.appending) }
    } catch {
      throw AssayError(.inputOutput, "Cannot make the files of the run beside \(job.recordLogPath): \(error).")
    }
  }

  /// The folders of libraries that may be the engine's, with the packages that are installed beside it, and those of the loader.
  private func libraryFolders() throws(AssayError) -> [String] {
    let variables = ProcessEnvironment.variables
    var folders = variables["LD_LIBRARY_PATH"]?.split(separator: ":").map(String.init) ?? []
    folders += variables["LD_PRELOAD"]?.split(whereSeparator: { ": ".contains($0) }).map(String.init) ?? []
    let engine = EngineCatalogue.engineOrPlugin(named: spec.target.engine).description
    let loaded = spec.options.engine.delegates.map(\.path) + engine.libraryVariables.compactMap { variables[$0] }
    // A name without a file is the loader's to find, in folders of the system.
    for path in loaded.map(Folder.resolved) where path.hasPrefix("/") {
      folders += [path] + [Self.packageFolder(of: path, home: variables["HOME"])].compactMap(\.self)
    }
    let locator = EngineLibraryLocator(
      overrides: spec.engineLibrary.map { [engine.name: $0] } ?? [:], environment: variables)
    for candidate in try locator.candidates(for: engine) where candidate.origin != .system {
      let path = Folder.resolved(candidate.path)
      folders += [path] + [Self.packageFolder(of: path, home: variables["HOME"])].compactMap(\.self)
    }
    // The managed folder of an engine has its packages side by side.
    let managed = DataFolder.engines.path(environment: variables)
    return folders + ([engine.name] + engine.neighbours).compactMap { name in managed.map { "\($0)/\(name)" } }
  }

  /// The `site-packages` that holds a library, else the folder that it is in; `nil` if that folder is, or holds, the user's home.
  private static func packageFolder(of library: String, home: String?) -> String? {
    var parts = library.split(separator: "/").dropLast().map(String.init)
    if let index = parts.lastIndex(where: { $0 == "site-packages" || $0 == "dist-packages" }) {
      parts = Array(parts[...index])
    }
    let folder = "/" + parts.joined(separator: "/")
    let holdsHome = home.map { "\(Folder.resolved($0))/".hasPrefix(folder == "/" ? "/" : "\(folder)/") } ?? false
    return holdsHome ? nil : folder
  }
}
