import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("A model of which a device takes only parts")
struct FallbackTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func model() throws -> String {
    let script = #"{"latency": {"base_us": 100}, "fallbacks": ["Softmax runs on the CPU."]}"#
    return try sandbox.write(Data(script.utf8), to: "half.synthetic")
  }

  @Test("It is refused, with the option that allows it")
  func refused() throws {
    let (result, report) = try sandbox.bench([try model()])
    #expect(result.status == 69)
    let cell = try #require(report.cells.first)
    #expect(cell.status == .failed)
    #expect(cell.error?.message.contains("Softmax runs on the CPU.") == true)
    #expect(cell.error?.advice?.contains("--allow-fallback") == true)
  }

  @Test("With --allow-fallback it is measured, with a warning; a whole model has none")
  func allowed() throws {
    let (_, report) = try sandbox.bench([try model()], Sandbox.quick + ["--allow-fallback"])
    let cell = try #require(report.cells.first)
    #expect(cell.status == .ok)
    #expect(cell.warnings.contains(.fallback(message: "Softmax runs on the CPU.")))
    let (_, other) = try sandbox.bench(
      [try sandbox.model("whole", microseconds: 100)], Sandbox.quick + ["--allow-fallback"])
    #expect(other.cells.first?.warnings.contains { $0.code == .fallback } == false)
  }
}
