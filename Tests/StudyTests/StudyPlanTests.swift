import AssayCore
import Foundation
import Study
import TestSupport
import Testing

@Suite("A study is planned as the combinations of its matrices")
struct StudyPlanTests {
  private func study(_ text: String) throws -> StudyFile {
    let sandbox = try Sandbox()
    let path = try sandbox.write(Data("study: 1\nname: s\n\(text)".utf8), to: "study.yaml")
    return try StudyReader(publishedTables: [], publishedSources: []).read(path)
  }

  private static let lists = """
    hosts: [{name: h1}, {name: h2}]
    models: [{name: a, path: a.onnx}, {name: b, path: b.onnx}]
    targets: [{name: t, target: onnxruntime}]
    measures: [{name: speed, kind: latency}, {name: long, kind: stress, duration: 1h}]

    """

  @Test("Every name is combined with every other, but for what is excluded, with its reason")
  func matrix() throws {
    let study = try study(
      Self.lists + """
        repeats: 2
        cells:
          - threads: [1, 2]
            exclude:
              - {hosts: h2, measures: long, reason: too hot}
              - {models: b, threads: 2}
        """)
    let plan = try StudyPlan(study)
    #expect(plan.omissions.map(\.cells) == [8, 6] && plan.omissions.map(\.reason) == ["too hot", nil])
    #expect(plan.cells.count == 2 * 2 * 2 * 2 * 2 - 14)
    #expect(Set(plan.cells).count == plan.cells.count)
    #expect(plan.cells.allSatisfy { !($0.host == 1 && $0.measure == 1) })
  }

  @Test("A matrix includes cells besides its own, which its exclusions do not touch")
  func inclusions() throws {
    let study = try study(
      Self.lists + """
        cells:
          - hosts: h1
            measures: speed
            threads: [1, 2]
            exclude: [{models: b}]
            include:
              - {models: b, threads: 8}
              - {hosts: h2, models: a, threads: 1}
        """)
    let plan = try StudyPlan(study)
    let cells = Set(plan.cells.map { [$0.host, $0.model, $0.measure, $0.threads] })
    #expect(cells == [[0, 0, 0, 1], [0, 0, 0, 2], [0, 1, 0, 8], [1, 0, 0, 1]])
    #expect(plan.cells.count == 4)
  }

  @Test("A cell of two matrices is planned once, and a study without hosts runs here")
  func once() throws {
    let study = try study(
      """
      models: [{name: a, path: a.onnx}]
      targets: [{name: t, target: onnxruntime}]
      measures: [{name: speed, kind: latency}]
      cells: [{}, {models: a}]
      """)
    let plan = try StudyPlan(study)
    #expect(plan.cells.count == 1)
    #expect(study.membership(plan.cells[0]).host == "here")
    let spec = study.spec(plan.cells[0], threads: 3)
    #expect(spec.options.threads == 3 && spec.target == Target(engine: "onnxruntime"))
  }

  @Test("Streams and scenarios run as many inferences side by side as their commands would")
  func streams() throws {
    let study = try study(
      """
      models: [{name: a, path: a.onnx}]
      targets: [{name: t, target: onnxruntime}]
      measures:
        - {name: four, kind: streams, streams: 4, min-time: 1s}
        - {name: one, kind: scenario, scenario: single-stream}
        - {name: all, kind: scenario, scenario: offline}
        - {name: two, kind: scenario, scenario: server, rate: 20, latency-bound: 15ms, streams: 2}
      order: listed
      cells: [{}]
      """)
    let specs = try StudyPlan(study).cells.map { study.spec($0, threads: 6) }
    #expect(specs.map(\.options.streams) == [4, 1, 6, 2] && specs.map(\.options.threads) == [1, 6, 1, 3])
    let server = try #require(specs[3].measure.scenario)
    #expect(server.rate == 20 && server.latencyBound == 15 && server.rules.base == .quick)
  }

  @Test("The seed decides the order, and 'listed' keeps that of the file")
  func order() throws {
    func order(_ header: String) throws -> [StudyPlan.Cell] {
      try StudyPlan(try study(header + Self.lists + "cells: [{threads: [1, 2, 3, 4]}]\n")).cells
    }
    let first = try order("seed: 1\n")
    #expect(try order("seed: 1\n") == first)
    #expect(try order("seed: 2\n") != first)
    let listed = try order("order: listed\n")
    #expect(listed != first && Set(listed) == Set(first))
    #expect(listed.map(\.host) == listed.map(\.host).sorted())
  }

  @Test("Shards have every cell once")
  func shards() throws {
    let study = try study(Self.lists + "cells: [{threads: [1, 2, 3]}]\n")
    let parts = try (1...5).map { try StudyPlan(study, shard: Shard("\($0)/5")).cells }
    #expect(try parts.flatMap(\.self).sorted(by: Self.before) == StudyPlan(study).cells.sorted(by: Self.before))
    #expect(parts.map(\.count).max().map { $0 - (parts.map(\.count).min() ?? 0) } == 1)
    for text in ["0/2", "3/2", "1", "1/0", "a/b", "1/2/3", "-1/2", ""] { #expect(Shard(text) == nil, "\(text)") }
  }

  private static func before(_ a: StudyPlan.Cell, _ b: StudyPlan.Cell) -> Bool {
    (a.host, a.model, a.measure, a.threads) < (b.host, b.model, b.measure, b.threads)
  }

  @Test("A hundred thousand cells are planned, and more than a million are refused")
  func large() throws {
    let models = (0..<1000).map { "{name: m\($0), path: m\($0).onnx}" }.joined(separator: ", ")
    let threads = (1...100).map(String.init).joined(separator: ", ")
    let text = """
      models: [\(models)]
      targets: [{name: t, target: onnxruntime}]
      measures: [{name: speed, kind: latency}]
      cells: [{threads: [\(threads)]}]

      """
    let study = try study(text)
    #expect(try StudyPlan(study).cells.count == 100_000)
    #expect(throws: AssayError.self) { try StudyPlan(try self.study("repeats: 11\n" + text)) }
  }
}
