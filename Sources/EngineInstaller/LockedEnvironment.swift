public import AssayCore
import Foundation

/// Python packages that converters need, with the hash of every file.
public struct LockedEnvironment: Decodable, Hashable, Sendable {
  /// The name on a command line: `convert`.
  public let name: String
  /// What is in it, for people.
  public let about: String
  /// The versions of Python that it is locked for, as in `3.12`.
  public let pythons: [String]
  public let downloadBytes: Int
  /// On disk, installed.
  public let installedBytes: Int
  /// The index that has what PyPI lacks; `nil` for none.
  public let index: String?
  /// Lines of a requirements file.
  let requirements: [String]

  enum CodingKeys: String, CodingKey {
    case name, about, pythons, index, requirements
    case downloadBytes = "download_bytes"
    case installedBytes = "installed_bytes"
  }

  /// All of the lock file.
  ///
  /// - Throws: `.inputOutput` if the file inside this build is damaged.
  public static func all() throws(AssayError) -> [LockedEnvironment] {
    do {
      return try JSONDecoder().decode([LockedEnvironment].self, from: Data(PackageResources.Environments_lock))
    } catch {
      throw AssayError(.inputOutput, "The list of environments inside this build of Assay is damaged: \(error)")
    }
  }

  /// The command that installs it, and how much that is.
  public var installation: String {
    "assay convert --install \(name) (\(EngineInstaller.megabytes(downloadBytes)) MB to download, "
      + "\(EngineInstaller.megabytes(installedBytes)) MB on disk)"
  }

  /// The versions of its packages, as in `onnx 1.23.2`.
  ///
  /// - Parameter packages: the folder that it is installed in, which tells versions that depend on Python's.
  public func versions(in packages: String) -> [String: String] {
    var versions: [String: String] = [:]
    for line in requirements {
      let parts = line.prefix { $0 != " " }.split(separator: "=").map(String.init)
      guard parts.count == 2 else { continue }
      let metadata = "\(packages)/\(parts[0].replacing("-", with: "_"))-\(parts[1]).dist-info"
      if line.contains(" ; "), !FileManager.default.fileExists(atPath: metadata) { continue }
      versions[parts[0]] = parts[1]
    }
    return versions
  }
}
