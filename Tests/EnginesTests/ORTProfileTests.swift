import Foundation
import TestSupport
import Testing

@testable import Engines

@Suite("The profile that ONNX Runtime writes")
struct ORTProfileTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private static func node(_ name: String, _ microseconds: Int) -> String {
    #"{"cat": "Node", "name": "\#(name)_kernel_time", "dur": \#(microseconds), "args": {"op_name": "Relu"}}"#
  }

  private static let run = #"{"cat": "Session", "name": "model_run", "dur": 100}"#

  private func profile(_ events: [String], lastRuns: Int) throws -> ORTProfile {
    let path = try sandbox.write(Data("[\(events.joined(separator: ","))]".utf8), to: "profile.json")
    return try ORTProfile(at: path, lastRuns: lastRuns)
  }

  @Test("Only the last runs count")
  func last() throws {
    let found = try profile(
      [Self.node("a", 9), Self.run, Self.node("a", 1), Self.run, Self.node("a", 2), Self.run], lastRuns: 2)
    #expect(found.nodes.map(\.microseconds) == [[1, 2]])
  }

  @Test("Of a library that has stopped to keep events, whole runs count, and no more than there are")
  func cutOff() throws {
    let found = try profile(
      [
        Self.node("a", 1), Self.node("b", 2), Self.run, Self.node("a", 3), Self.node("b", 4), Self.run,
        Self.node("a", 5),
      ], lastRuns: 50)
    #expect(found.nodes.map(\.name) == ["a", "b"] && found.nodes.map(\.microseconds) == [[1, 3], [2, 4]])
  }
}
