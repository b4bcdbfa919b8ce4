import Foundation

extension Sandbox {
  /// Builds a library from a C file of `Tests/Fixtures`: a delegate, or a stand-in for a vendor's library.
  public func library(fixture name: String, in folder: String = "TFLite", flags: String = "-w") throws -> String {
    let source = PackageFiles.path("Tests/Fixtures/\(folder)/\(name).c")
    let build = try shell(
      "for c in cc clang; do $c -shared -fPIC \(flags) -o \(name).so '\(source)' && exit 0; done; exit 1")
    guard build.status == 0 else { throw ProgramError("Cannot build \(source): \(build)") }
    return path("\(name).so")
  }
}
