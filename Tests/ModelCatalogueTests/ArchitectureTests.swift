import AssayCore
import ModelCatalogue
import Testing

@Suite("Architectures are those of their papers")
struct ArchitectureTests {
  @Test(
    "Parameters and multiply-adds equal the published counts within one percent",
    arguments: Architecture.all.map(\.name))
  func counts(name: String) throws {
    let architecture = try #require(Architecture.all.first { $0.name == name })
    let network = architecture.network
    let parameters = Double(network.parameterCount) / 1e6
    let multiplyAdds = Double(network.multiplyAdds) / 1e6
    #expect(abs(parameters / architecture.published.parameters - 1) < 0.01, "\(parameters) M parameters")
    #expect(abs(multiplyAdds / architecture.published.multiplyAdds - 1) < 0.01, "\(multiplyAdds) M multiply-adds")
  }
}
