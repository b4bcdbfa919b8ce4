import AssayCore
import Foundation
import Testing

@testable import Assay

@Suite("An inference has as many samples as its batch")
struct BatchTests {
  private func batch(
    _ options: CellOptions, inputs: [[Int]], outputs: [[Int]]
  ) -> Int {
    var report = CellReport(
      CellSpec(
        model: ModelReference(path: "m"), target: Target(engine: "e"), options: options,
        measure: .latency(RepetitionRule())))
    report.inputs = inputs.map { TensorSpec(name: "i", type: .float32, shape: $0) }
    report.outputs = outputs.map { TensorSpec(name: "o", type: .float32, shape: $0) }
    return RecordAnalysis.batch(of: report)
  }

  @Test("It comes from --batch or from --shape")
  func batch() {
    #expect(batch(CellOptions(threads: 1, batch: 8), inputs: [[8, 3]], outputs: [[8, 10]]) == 8)
    let shaped = CellOptions(threads: 1, shapes: ["i": [8, 3]])
    #expect(batch(shaped, inputs: [[8, 3]], outputs: [[8, 10]]) == 8)
    #expect(batch(shaped, inputs: [[8, 3], [8]], outputs: [[8, 10], []]) == 8)
  }

  @Test("A first dimension that outputs do not have, or that nobody gave, is no batch")
  func noBatch() {
    let shaped = CellOptions(threads: 1, shapes: ["i": [224, 224, 3]])
    #expect(batch(shaped, inputs: [[224, 224, 3]], outputs: [[1, 1000]]) == 1)
    #expect(batch(shaped, inputs: [[0, 3]], outputs: [[0, 3]]) == 1)
    #expect(batch(CellOptions(threads: 1), inputs: [[16]], outputs: [[16]]) == 1)
  }
}

@Suite("A second Assay that measures is noticed")
struct MeasuringLockTests {
  @Test("Only another process that lives counts, and the file of a dead one is removed")
  func others() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-lock-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lock = try #require(MeasuringLock(environment: ["XDG_RUNTIME_DIR": folder]))
    let second = try #require(MeasuringLock(environment: ["XDG_RUNTIME_DIR": folder]))
    #expect(!lock.isShared && !second.isShared, "cells of one process take turns")
    let measuring = "\(folder)/assay/measuring"
    for name in try FileManager.default.contentsOfDirectory(atPath: measuring) {
      try Data("!".utf8).write(to: URL(filePath: "\(measuring)/\(name)"))
    }
    #expect(lock.isShared && second.isShared, "another has found them")
    for found in [lock, second] { found.begin() }
    let other = "\(measuring)/1-x"
    try Data().write(to: URL(filePath: other))
    #expect(!lock.isShared, "nobody holds it")
    let descriptor = open(other, O_RDONLY)
    flock(descriptor, LOCK_EX)
    #expect(lock.isShared)
    #expect(try Data(contentsOf: URL(filePath: other)) == Data("!".utf8), "the other learns of it")
    close(descriptor)
    #expect(!lock.isShared)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: other)
    #expect(!lock.isShared)
    #expect(!FileManager.default.fileExists(atPath: other))
  }
}
