import AssayCore
import Testing

@Suite("A machine that disturbs its measurements has warnings")
struct HostWarningTests {
  /// A machine with nothing wrong.
  private static let quiet = HostDescription(
    architecture: "x86_64", cores: 4, physicalCores: 4, allowedCores: 4, allowedPhysicalCores: 4,
    governor: "performance", memoryBytes: 8 << 30, memoryAvailableBytes: 6 << 30, swapTotalBytes: 2 << 30,
    swapUsedBytes: 64 << 20, loadAverage: 2, onBattery: false, virtualized: false)

  private func warnings(_ change: (inout HostDescription) -> Void) -> [Warning] {
    var host = Self.quiet
    change(&host)
    return host.warnings
  }

  @Test("A quiet machine has none, nor has one of which nothing is known")
  func silent() {
    #expect(Self.quiet.warnings.isEmpty)
    let unknown = HostDescription(
      architecture: "arm", cores: 4, physicalCores: 4, allowedCores: 4, allowedPhysicalCores: 4)
    #expect(unknown.warnings.isEmpty)
  }

  @Test("Each fact makes its own warning")
  func each() {
    #expect(warnings { $0.governor = "powersave" } == [.governor("powersave")])
    #expect(warnings { $0.loadAverage = 2.1 } == [.loadAverage(2.1, cores: 4)])
    #expect(warnings { $0.onBattery = true } == [.onBattery])
    #expect(warnings { $0.swapUsedBytes = 65 << 20 } == [.swapUsed(bytes: 65 << 20)])
    #expect(warnings { $0.memoryAvailableBytes = 500 << 20 } == [.lowMemory(availableBytes: 500 << 20)])
    #expect(warnings { $0.virtualized = true } == [.virtualMachine(hypervisor: nil)])
    #expect(warnings { $0.allowedCores = 2 } == [.restrictedAffinity(allowed: 2, cores: 4)])
  }

  @Test("A quarter of the memory is enough on a small board")
  func smallBoard() {
    func available(_ bytes: Int) -> [Warning] {
      warnings {
        $0.memoryBytes = 1 << 30
        $0.memoryAvailableBytes = bytes
      }
    }
    #expect(available(256 << 20).isEmpty)
    #expect(available(255 << 20) == [.lowMemory(availableBytes: 255 << 20)])
  }
}
