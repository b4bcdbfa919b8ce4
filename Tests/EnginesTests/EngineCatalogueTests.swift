import AssayCore
import EngineKit
import Engines
import Testing

@Suite("Every engine of the catalogue")
struct EngineCatalogueTests {
  @Test(
    "A library of something else is an error that names it, and the command that brings the right one",
    arguments: EngineCatalogue.all.map(\.description.name).filter { $0 != "synthetic" })
  func foreignLibrary(name: String) throws {
    let definition = try #require(EngineCatalogue.engine(named: name))
    for library in ["libm.so.6", "/no/such/library.so"] {
      let error = #expect(throws: AssayError.self) { _ = try definition.open(library) }
      #expect(error?.code == .engineUnavailable)
      #expect(error?.message.contains(library) == true, "\(error?.description ?? "")")
      #expect(error?.advice?.contains(definition.description.installation) == true, "\(error?.description ?? "")")
    }
  }

  @Test("A target without a device means the first device that its engine declares")
  func defaultDevices() {
    for engine in EngineCatalogue.all.map(\.description) {
      let target = Target(engine: engine.name)
      #expect(engine.support.first?.device == target.deviceKind, "\(engine.name)")
    }
  }
}
