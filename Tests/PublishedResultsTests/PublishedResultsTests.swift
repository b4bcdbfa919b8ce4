import AssayCore
import Foundation
import PublishedResults
import TestSupport
import Testing

@Suite("Published results ship with their source, conditions and contradictions")
struct PublishedResultsTests {
  private let published = PublishedResults.shipped

  @Test("Every table of results has its values, and every observation is of a table and a source")
  func completeness() {
    let values = published.observations.reduce(0) { $0 + $1.quantities.count }
    #expect(values == 260)
    for observation in published.observations {
      let table = published.table(observation.place)
      #expect(table?.source == observation.source, "\(observation.place)")
      #expect(table?.conditions.isEmpty == false, "\(observation.place)")
      #expect(published.source(observation.source) != nil)
    }
    #expect(published.tables.allSatisfy { !$0.rows.isEmpty && !$0.columns.isEmpty })
    #expect(published.tables.allSatisfy { table in table.rows.allSatisfy { !$0.cells.contains(nil) } })
  }

  @Test("A value that is missing has a reason, and all others are numbers")
  func reasons() {
    for observation in published.observations {
      for (quantity, value) in observation.quantities {
        switch value {
        case .number(let number, _): #expect(number > 0, "\(observation.printedModel), \(quantity)")
        case .absent(let text, let reason):
          #expect(["DNR", "N/A", "NaN", "Not Supported"].contains(text))
          #expect(!reason.isEmpty, "\(observation.place) \(observation.printedModel) has no reason for \(text)")
        }
      }
    }
    #expect(published.specifications.allSatisfy { $0.value > 0 })
  }

  @Test("A model has one name in all sources")
  func names() {
    let resNets = published.observations.filter { $0.printedModel.lowercased().hasPrefix("resnet") }
    #expect(Set(resNets.map(\.printedModel)).count == 4 && Set(resNets.map(\.model)) == ["ResNet 50"])
    let devices = Set(published.observations.filter { $0.source == "tryolabs" }.map(\.device))
    #expect(devices == ["Jetson Nano", "Coral USB Accelerator", "Intel NCS2", "Raspberry Pi"])
  }

  @Test("Two sources differ in the aspects of their methods")
  func methods() {
    let differences = published.methodDifferences("google", "thesis")
    #expect(differences.contains { $0.aspect == "program" && $0.first == "C++" && $0.second == "Python" })
    #expect(!differences.contains { $0.aspect == "statistic" })
    #expect(published.methodDifferences("thesis", "thesis").isEmpty)
  }

  /// The text of the thesis; `nil`, with a message, where it is not beside the package.
  private var thesis: String? {
    PackageFiles.shared("../design/THESIS.txt").flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }
  }

  @Test("What contradicts itself is quoted as it stands in the thesis")
  func quotes() throws {
    #expect(Set(published.contradictions.map(\.id)).count == published.contradictions.count)
    guard let thesis else { return }
    let text = Self.joined(thesis)
    for contradiction in published.contradictions {
      #expect(text.contains(Self.joined(contradiction.quote)), "\(contradiction.id): \(contradiction.quote)")
    }
  }

  /// One line, with single spaces.
  private static func joined(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }

  @Test("A contradiction in numbers follows from the numbers")
  func findings() throws {
    func observation(_ table: String, _ model: String, _ device: String) throws -> Observation {
      try #require(
        published.observations.first { $0.place == table && $0.model == model && $0.device == device })
    }
    // throughput-below-latency: what one stream gives is more than the maximum.
    let below = published.observations.filter { observation in
      guard let latency = observation[.minimumLatency], let throughput = observation[.maximumThroughput] else {
        return false
      }
      // The printed latency may be rounded down.
      return throughput < 1000 / (latency + 0.05)
    }
    #expect(
      below.map { "\($0.model) \($0.printedDevice)" }
        == ["Inception v3 CPU", "Inception v3 GPU", "Inception v4 CPU", "MobileNet v2 CPU"])
    let tie = published.observations.filter { $0.place == "4.2" && $0[.top1] == 72.75 }.compactMap { $0[.latency] }
    #expect(tie == [592.63, 350.46])
    #expect(try observation("4.1", "MobileNet v2", "Raspberry Pi")[.latency] == 523.70)
    #expect(try observation("4.1", "MobileNet v1", "Raspberry Pi")[.latency] == 584.96)
    let first = try observation("4.7", "Inception v1", "Intel Core i5-8250U").quantities
    #expect(try observation("4.7", "Inception v2", "Intel Core i5-8250U").quantities == first)
  }
}
