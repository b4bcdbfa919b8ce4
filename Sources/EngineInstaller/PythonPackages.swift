import Foundation

/// Where the active virtual environment has its packages.
enum PythonPackages {
  /// The folders `site-packages` of the environment that `VIRTUAL_ENV` names.
  static func folders(_ environment: [String: String]) -> [String] {
    guard let folder = environment["VIRTUAL_ENV"], !folder.isEmpty else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/lib")) ?? []
    return names.filter { $0.hasPrefix("python3") }.sorted().map { "\(folder)/lib/\($0)/site-packages" }
  }
}
