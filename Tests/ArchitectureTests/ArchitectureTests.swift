import Foundation
import TestSupport
import Testing

/// The rules of Documentation/Architecture.md, derived from Package.swift and the imports.
@Suite("Architecture")
struct ArchitectureTests {
  private static let graph = Result { try PackageGraph() }
  private let graph: PackageGraph

  init() throws { graph = try Self.graph.get() }

  @Test("A target imports what it declares and declares what it imports")
  func imports() {
    for target in graph.targets {
      let declared = Set(target.dependencies)
      #expect(target.imports.subtracting(declared) == [], "\(target.name) imports without declaring")
      #expect(declared.subtracting(target.imports) == [], "\(target.name) declares without importing")
    }
  }

  @Test("A target depends only on targets above it in Package.swift")
  func order() {
    let names = graph.targets.map(\.name)
    for (index, target) in graph.targets.enumerated() {
      let below = target.dependencies.filter { names[index...].contains($0) }
      #expect(below == [], "\(target.name) depends on targets that stand below it")
    }
  }

  @Test("Every folder in Sources and every Swift file belongs to one target")
  func files() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: PackageFiles.path("Sources")).sorted()
    let rooms = graph.targets.filter { $0.folder.hasPrefix("Sources/") }.map(\.name).sorted()
    #expect(folders == rooms)
    let owned = graph.targets.flatMap { $0.files.map(\.path) }.sorted()
    let all = try ["Benchmarks", "Sources", "Tests"].flatMap { try SourceFile.all(in: $0).map(\.path) }
    // Tests build the libraries among the fixtures.
    #expect(all.filter { !$0.hasPrefix("Tests/Fixtures/") }.sorted() == owned)
  }

  @Test("AssayCore imports nothing")
  func core() throws {
    let core = try graph["AssayCore"]
    #expect(core.imports.union(core.systemImports) == [])
  }

  @Test("Statistics does no I/O: of the system it imports only the C library, for mathematics")
  func statistics() throws {
    let statistics = try graph["Statistics"]
    #expect(statistics.imports == ["AssayCore"])
    #expect(statistics.systemImports.subtracting(["Glibc"]) == [])
    for word in ["fopen", "getenv", "mmap", "open", "print", "puts", "read", "readLine", "stat", "write"] {
      #expect(statistics.files.filter { $0.contains(word: word) }.map(\.path) == [], "\(word) does I/O")
    }
  }

  @Test("Only DynamicLibrary opens libraries, and assay does not reach it")
  func libraries() throws {
    for word in ["dlopen", "dlsym"] {
      let files = try SourceFile.all(in: "Sources").filter { $0.contains(word: word) }.map(\.path)
      #expect(files.filter { !$0.hasPrefix("Sources/DynamicLibrary/") } == [], "\(word)")
    }
    for name in ["Assay", "AssayCommand"] {
      #expect(!graph.closure(of: name).contains("DynamicLibrary"), "\(name) reaches DynamicLibrary")
    }
  }

  @Test("No target of the worker imports Foundation, which is large, or Dispatch, which needs /proc")
  func worker() throws {
    for name in graph.closure(of: "AssayWorker").union(["AssayWorker"]) {
      let imports = graph.targets.first { $0.name == name }?.systemImports ?? []
      #expect(imports.filter { $0.hasPrefix("Foundation") || $0 == "Dispatch" } == [], "\(name)")
    }
  }

  @Test("The table of rooms in Architecture.md has the targets of Sources, in order, with their dependencies")
  func table() throws {
    let document = try String(contentsOfFile: PackageFiles.path("Documentation/Architecture.md"), encoding: .utf8)
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
    let section = lines.drop { $0 != "## The rooms" }.dropFirst().prefix { !$0.hasPrefix("## ") }
    // | `Room` | its concern | `Dependency`, `Dependency` |
    let rows = section.filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|").map(String.init) }
    let rooms = graph.targets.filter { $0.folder.hasPrefix("Sources/") }
    #expect(rows.compactMap { Self.names(in: $0[0]).first } == rooms.map(\.name))
    for row in rows {
      try #require(row.count == 3, "A row of the table has three columns: \(row)")
      guard let room = rooms.first(where: { [$0.name] == Self.names(in: row[0]) }) else { continue }
      let expected = room.dependencies.map { "`\($0)`" }.joined(separator: ", ")
      #expect(
        Self.names(in: row[2]).sorted() == room.dependencies.sorted(), "\(room.name) depends on \(expected)")
    }
  }

  /// The words in backticks.
  private static func names(in cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }
}
