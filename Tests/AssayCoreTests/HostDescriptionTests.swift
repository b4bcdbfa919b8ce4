import AssayCore
import Foundation
import Testing

@Suite("A host description is encoded as JSON and decides the warnings")
struct HostDescriptionTests {
  private let host = HostDescription(
    cpu: "4 × Cortex-A72", architecture: "aarch64", cores: 4, physicalCores: 4, allowedCores: 2,
    allowedPhysicalCores: 2, memoryBytes: 1 << 30, memoryAvailableBytes: 100 << 20, loadAverage: 0.5)

  @Test("Facts survive the round trip")
  func roundTrip() throws {
    #expect(try JSONDecoder().decode(HostDescription.self, from: JSONEncoder().encode(host)) == host)
  }

  @Test("The JSON follows the documented schema: an unknown governor is null, other unknown facts are absent")
  func keys() throws {
    let json = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(host)) as? [String: Any])
    #expect(json["cpu"] as? String == "4 × Cortex-A72")
    #expect(json["cores"] as? Int == 4)
    #expect(json["memory_bytes"] as? Int == 1 << 30)
    #expect(json["governor"] is NSNull)
    #expect(json["on_battery"] == nil)
    #expect(json["hypervisor"] == nil)
    #expect((json["warnings"] as? [[String: Any]])?.map { $0["code"] as? String } == host.warnings.map(\.code.rawValue))
  }

  @Test("Low memory and a restricted CPU affinity give warnings")
  func warnings() {
    #expect(
      host.warnings == [.lowMemory(availableBytes: 100 << 20), .restrictedAffinity(allowed: 2, cores: 4)])
  }

  @Test("A quiet machine with the performance governor has no warnings")
  func quiet() {
    let quiet = HostDescription(
      architecture: "x86_64", cores: 4, physicalCores: 4, allowedCores: 4, allowedPhysicalCores: 4,
      governor: "performance", memoryBytes: 8 << 30, memoryAvailableBytes: 4 << 30, swapUsedBytes: 1 << 20,
      loadAverage: 2, onBattery: false, virtualized: false)
    #expect(quiet.warnings.isEmpty)
  }
}
