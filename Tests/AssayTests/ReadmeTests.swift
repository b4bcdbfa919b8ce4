import Assay
import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("README.md")
struct ReadmeTests {
  /// Compiled, not run: it names a model that is not there.
  private func example() throws {
    let report = try Bench(models: ["model.tflite"], targets: [Target(engine: "litert")]).run()
    for cell in report.cells {
      print(cell.target, cell.latency.map { "\($0.p50) ms" } ?? cell.status.rawValue)
    }
  }

  @Test("Its Swift code is the one that is compiled here")
  func swiftExample() throws {
    let readme = try String(contentsOfFile: PackageFiles.path("README.md"), encoding: .utf8)
    let block = try #require(readme.split(separator: "```swift\n").dropFirst().first?.split(separator: "```").first)
    let here = try String(contentsOfFile: #filePath, encoding: .utf8).split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    for line in block.split(separator: "\n") {
      #expect(here.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
    }
  }

  @Test("Its links lead to files and headings that exist", arguments: ["README.md", "CONTRIBUTING.md"])
  func links(document: String) throws {
    let text = try String(contentsOfFile: PackageFiles.path(document), encoding: .utf8)
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
      "#"
        + heading.drop { "# ".contains($0) }.lowercased().filter { $0.isLetter || $0.isNumber || " -".contains($0) }
        .replacingOccurrences(of: " ", with: "-")
    }
    for match in text.matches(of: /\]\(([^)]*)\)/) {
      let link = String(match.1)
      if link.hasPrefix("http") { continue }
      let exists =
        link.hasPrefix("#") ? headings.contains(link) : FileManager.default.fileExists(atPath: PackageFiles.path(link))
      #expect(exists, "\(link)")
    }
  }
}
