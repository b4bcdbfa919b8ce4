import AssayCore
import Foundation

/// What `Fixtures/make_fixtures.py` got from LoadGen.
struct LoadGenFixtures: Decodable {
  let samples: [Samples]
  let schedules: [Schedule]
  let earlyStopping: [Stopping]
  let serverStopping: [ServerStopping]
  let summaries: [Summary]

  struct Samples: Decodable {
    let scenario: String
    let samples: Int
    let queries: Int
    let qslSeed: UInt64
    let sampleSeed: UInt64
    /// At most the first hundred.
    let loaded: [Int]
    let issued: [[Int]]
  }

  struct Schedule: Decodable {
    let rate: Double
    let seed: UInt64
    let minimumSeconds: Double?
    let queries: Int
    let end: UInt64
  }

  struct Stopping: Decodable {
    let percentile: Double
    let queries: Int
    let discarded: Int?
    let needed: Int
  }

  struct ServerStopping: Decodable {
    let percentile: Double
    let late: Int
    let needed: Int
  }

  struct Summary: Decodable {
    let scenario: String
    let settings: [String: Double]
    let summary: String
    let queries: [Query]

    struct Query: Decodable {
      let scheduled: UInt64
      let issueDelay: UInt64
      let latencies: [UInt64]
    }
  }

  static let all: LoadGenFixtures = {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/loadgen.json")
    do {
      return try JSONDecoder().decode(LoadGenFixtures.self, from: Data(contentsOf: url))
    } catch {
      fatalError("Cannot read \(url.path): \(error)")
    }
  }()
}

extension Scenario {
  init(loadGenName name: String) {
    self =
      switch name {
      case "SingleStream": .singleStream
      case "MultiStream": .multiStream
      case "Server": .server
      default: .offline
      }
  }
}
