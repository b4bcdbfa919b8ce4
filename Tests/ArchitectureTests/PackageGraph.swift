import Foundation
import TestSupport

/// The targets of Package.swift in their order, with what their files import.
struct PackageGraph {
  struct Target {
    let name: String
    /// Direct dependencies: targets of this package and modules of others.
    let dependencies: [String]
    /// Modules that the Swift files import, without those of the system.
    let imports: Set<String>
    let systemImports: Set<String>
    /// The folder, from the root of the package.
    let folder: String
    /// The Swift and C files.
    let files: [SourceFile]
  }

  let targets: [Target]

  private static let systemModules: Set<String> = [
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationXML", "Glibc", "Synchronization", "Testing",
  ]

  init() throws {
    // Its own scratch folder: `swift test` holds the lock of the package's.
    let sandbox = try Sandbox()
    let result = try sandbox.start([
      "/usr/bin/env", "swift", "package", "--package-path", PackageFiles.path(""), "--scratch-path",
      sandbox.path("scratch"), "dump-package",
    ]).wait()
    guard result.status == 0 else { throw ArchitectureError("swift package dump-package failed: \(result)") }
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(result.standardOutput.utf8))
    targets = try manifest.targets.map { target in
      let folder = target.path ?? "\(target.type == "test" ? "Tests" : "Sources")/\(target.name)"
      let files = try SourceFile.all(in: folder)
      let imports = Set(files.flatMap(\.imports))
      return Target(
        name: target.name, dependencies: target.dependencies.map(\.name),
        imports: imports.subtracting(Self.systemModules), systemImports: imports.intersection(Self.systemModules),
        folder: folder, files: files)
    }
  }

  subscript(_ name: String) -> Target {
    get throws {
      guard let target = targets.first(where: { $0.name == name }) else {
        throw ArchitectureError("Package.swift has no target \(name).")
      }
      return target
    }
  }

  /// The targets that a target depends on, directly or through others.
  func closure(of name: String) -> Set<String> {
    var reached: Set<String> = []
    var open = [name]
    while let next = open.popLast() {
      for dependency in targets.first(where: { $0.name == next })?.dependencies ?? []
      where reached.insert(dependency).inserted {
        open.append(dependency)
      }
    }
    return reached
  }
}

struct ArchitectureError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The part of `swift package dump-package` that the tests read.
private struct Manifest: Decodable {
  let targets: [Target]

  struct Target: Decodable {
    let name: String
    let type: String
    let path: String?
    let dependencies: [Dependency]
  }

  /// `{"byName": ["AssayCore", null]}` or `{"product": ["GRDB", "GRDB.swift", null, null]}`.
  struct Dependency: Decodable {
    let name: String

    init(from decoder: any Decoder) throws {
      let parts = try decoder.singleValueContainer().decode([String: [Part]].self)
      guard let name = parts.values.first?.first?.text else {
        throw ArchitectureError("A dependency of Package.swift has no name.")
      }
      self.name = name
    }
  }

  /// A string, or something that the tests do not read.
  struct Part: Decodable {
    let text: String?

    init(from decoder: any Decoder) { text = try? decoder.singleValueContainer().decode(String.self) }
  }
}
