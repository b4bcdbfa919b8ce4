public import AssayCore
import Foundation
import Platform

/// Graphviz, which lays out graphs.
public struct GraphvizTool {
  private let program: String

  /// - Parameter environment: the variables of the process; `PATH` tells where `dot` is.
  /// - Throws: `.engineUnavailable` if it is not installed.
  public init(environment: [String: String]) throws(AssayError) {
    guard let program = ProcessSpec.locate("dot", path: ProcessSpec.searchPath(environment["PATH"])) else {
      throw AssayError(
        .engineUnavailable, "Graphs are drawn by Graphviz, and there is no program 'dot'.",
        advice: "Install it. On Debian and Ubuntu: sudo apt install graphviz")
    }
    self.program = program
  }

  /// The SVG of a graph in Graphviz's language.
  ///
  /// - Throws: `.inputOutput` if `dot` fails.
  public func svg(of graph: String) throws(AssayError) -> String {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "assay-graph-\(UUID().uuidString)")
    defer { try? files.removeItem(at: folder) }
    let (source, result) = (folder.appending(path: "graph.dot"), folder.appending(path: "graph.svg"))
    do {
      try files.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try Data(graph.utf8).write(to: source)
    } catch {
      throw AssayError(.inputOutput, "Cannot write a graph for Graphviz: \(error.localizedDescription)")
    }
    let outcome = try ProcessSpec(program, ["-Tsvg", "-o", result.path, source.path]).run()
    guard outcome.isSuccess, let svg = try? String(contentsOf: result, encoding: .utf8) else {
      throw AssayError(
        .inputOutput, "Graphviz cannot draw the graph.", advice: "Use --layers or --json instead.",
        outputTail: outcome.output.text)
    }
    return svg
  }
}
