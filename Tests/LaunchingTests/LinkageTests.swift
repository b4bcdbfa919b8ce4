import Foundation
import TestSupport
import Testing

@Suite("The worker links few libraries")
struct LinkageTests {
  @Test("It links neither Foundation, nor ICU, nor SQLite, not even through its Swift libraries")
  func libraries() throws {
    let result = try Sandbox().start(["/usr/bin/ldd", "\(Sandbox.debugFolder)/assay-worker"]).wait()
    #expect(result.status == 0, "\(result)")
    let names = result.standardOutput.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    // Check that ldd lists libraries at all.
    try #require(names.contains { $0.hasPrefix("libc.so") }, "ldd says: \(result)")
    let unwanted = names.filter { name in
      ["libFoundation", "lib_Foundation", "libsqlite3"].contains { name.contains($0) }
    }
    #expect(unwanted.isEmpty)
  }
}
