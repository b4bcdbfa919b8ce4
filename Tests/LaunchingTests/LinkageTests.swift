import Foundation
import TestSupport
import Testing

@Suite("The worker links few libraries")
struct LinkageTests {
  @Test("The worker links neither full Foundation nor ICU nor SQLite, even indirectly")
  func libraries() throws {
    let result = try Sandbox().start(["/usr/bin/ldd", "\(Sandbox.debugFolder)/assay-worker"]).wait()
    #expect(result.status == 0, "\(result)")
    let names = result.standardOutput.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    // Check that ldd lists libraries at all.
    try #require(names.contains { $0.hasPrefix("libc.so") }, "ldd says: \(result)")
    let unwanted = names.filter { name in
      [
        "libFoundation.so", "libFoundationInternationalization", "lib_FoundationICU", "libFoundationNetworking",
        "libsqlite3",
      ]
      .contains { name.contains($0) }
    }
    #expect(unwanted.isEmpty)
  }
}
