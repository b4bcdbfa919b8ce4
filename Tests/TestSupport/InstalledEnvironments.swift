import AssayCore
import Foundation

/// The environments of converters on this machine, for tests whose sandbox hides the user's data folder.
public enum InstalledEnvironments {
  private static let folder = DataFolder.environments.path(environment: ProcessInfo.processInfo.environment)

  /// Whether all these are installed. Names those that are not on standard error: a skipped test is silent.
  public static func include(_ names: String...) -> Bool {
    let missing = names.filter { name in
      folder.map { !FileManager.default.fileExists(atPath: "\($0)/\(name)") } ?? true
    }
    for name in missing {
      FileHandle.standardError.write(
        Data("The converters of \(name) are not installed, so they are not tested: make test-conversions\n".utf8))
    }
    return missing.isEmpty
  }

  /// Makes them available to programs in a sandbox.
  public static func link(into sandbox: Sandbox) throws {
    guard let folder else { return }
    let data = sandbox.path("data/assay")
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(data)/environments", withDestinationPath: folder)
  }
}
