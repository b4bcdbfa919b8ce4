import AssayCore
import Foundation

/// Where Python's packages are.
enum PythonPackages {
  /// The folders `site-packages` of the environment that `VIRTUAL_ENV` names.
  static func folders(_ environment: [String: String]) -> [String] {
    guard let folder = environment["VIRTUAL_ENV"], !folder.isEmpty else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/lib")) ?? []
    return names.filter { $0.hasPrefix("python3") }.sorted().map { "\(folder)/lib/\($0)/site-packages" }
  }

  /// The folders that may be a package with headers in it.
  ///
  /// - Parameters:
  ///   - name: of the package, and of the engine that `assay engines install` installs with it.
  ///   - given: the package, or a folder right inside; `nil` for the usual places.
  static func candidates(
    _ name: String, given: String?, _ environment: [String: String]
  ) -> [String] {
    if let given {
      let path = URL(filePath: given).standardizedFileURL
      return [path.path, path.deletingLastPathComponent().path]
    }
    let managed = DataFolder.engines.path(environment: environment).map { ["\($0)/\(name)/\(name)"] } ?? []
    return managed + folders(environment).map { "\($0)/\(name)" }
  }
}
