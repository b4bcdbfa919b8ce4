import EngineInstaller
import Foundation
import Testing

@Suite("The versions of converters that a report names")
struct LockedEnvironmentTests {
  @Test("Where versions depend on Python, the installed one counts")
  func versions() throws {
    let lock = """
      {"name": "example", "about": "", "pythons": ["3.11", "3.12"], "download_bytes": 1, "installed_bytes": 1, "requirements": [
      "onnx==1.2 --hash=sha256:00", "a-b==1.0 ; python_version == \\"3.11\\" --hash=sha256:00",
      "a-b==2.0 ; python_version == \\"3.12\\" --hash=sha256:00"]}
      """
    let locked = try JSONDecoder().decode(LockedEnvironment.self, from: Data(lock.utf8))
    let packages = FileManager.default.temporaryDirectory.appending(path: "assay-packages-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: packages) }
    try FileManager.default.createDirectory(
      atPath: "\(packages)/a_b-2.0.dist-info", withIntermediateDirectories: true)
    #expect(locked.versions(in: packages) == ["onnx": "1.2", "a-b": "2.0"])
  }
}
