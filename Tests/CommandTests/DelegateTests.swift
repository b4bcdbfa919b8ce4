import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("--delegate", .enabled(if: InstalledEngines.include("tflite")))
struct DelegateTests {
  private let sandbox: Sandbox
  private let library: String
  private let model = PackageFiles.path("Tests/Fixtures/Models/mixed.tflite")

  init() throws {
    sandbox = try Sandbox()
    library = try sandbox.library(fixture: "delegate")
  }

  private func bench(_ options: String, _ more: [String] = []) throws -> (result: ProgramResult, cell: CellReport) {
    let (result, report) = try sandbox.bench(
      [model], Sandbox.quick + ["-e", "tflite", "--delegate", library + options] + more,
      environment: InstalledEngines.environment)
    return (result, try #require(report.cells.first))
  }

  @Test("The cell says how many operations the delegate takes", arguments: [[], ["--sandbox"]])
  func placement(options: [String]) throws {
    let (result, cell) = try bench("", options)
    #expect(result.status == 0, "\(result)")
    #expect(cell.status == .ok && cell.latency?.count == 20)
    #expect(cell.execution?.placement == OperationPlacement(onDevice: 1, onCPU: 1, kindsOnCPU: ["GATHER"]))
  }

  @Test("A delegate that takes nothing is refused, with the option that allows it")
  func nothing() throws {
    let (result, cell) = try bench(",kind=99")
    #expect(result.status == 69 && cell.error?.advice?.contains("--allow-fallback") == true, "\(result)")
    let (allowed, measured) = try bench(",kind=99", ["--allow-fallback"])
    #expect(allowed.status == 0 && measured.warnings.contains { $0.code == .fallback }, "\(allowed)")
  }

  @Test("A crash of a delegate costs its cell, not the one beside it", arguments: ["create", "prepare", "invoke"])
  func crash(moment: String) throws {
    let (_, report) = try sandbox.bench(
      [model], Sandbox.quick + ["-e", "tflite,synthetic", "--delegate", "\(library),crash=\(moment)"],
      environment: InstalledEngines.environment)
    #expect(report.cells.first?.error?.code == .crashed, "\(report.cells.first?.error?.description ?? "no error")")
    #expect(report.cells.first?.error?.message.contains("SIGABRT") == true)
    #expect(report.cells.count == 2 && report.cells[1].error?.code == .unsupported)
  }

  @Test("A crash when the delegate is destroyed comes after the measurement, which is kept")
  func lateCrash() throws {
    let (result, cell) = try bench(",crash=destroy")
    #expect(result.status == 0, "\(result)")
    #expect(cell.status == .ok && cell.latency?.count == 20)
  }

  @Test("Engines without delegates refuse the option")
  func otherEngine() throws {
    let (result, report) = try sandbox.bench(
      [sandbox.model()], Sandbox.quick + ["-e", "synthetic", "--delegate", library])
    #expect(result.status != 0 && report.cells.first?.error?.message.contains("--delegate") == true, "\(result)")
  }
}
