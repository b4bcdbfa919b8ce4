import Foundation

/// What `Fixtures/make_fixtures.py` computed with numpy and scipy.
struct StatisticsFixtures: Decodable {
  let probabilities: [Double]
  let samples: [String: Sample]
  let ranks: [Ranks]
  let minimumCounts: [MinimumCount]
  let wilson: [Wilson]
  let mannKendall: [MannKendall]
  let pairedOutcomes: [Paired]
  let normal: [Point]
  let normalQuantiles: [Point]
  let student: [Point]
  let studentQuantiles: [Point]
  let lines: [Line]
  let series: [Series]

  struct Sample: Decodable {
    let values: [UInt64]
    let mean: Double
    let standardDeviation: Double?
    let quantiles: [Double]
    let tukey: Int
    let extreme: Int
  }

  struct Ranks: Decodable {
    let count: Int
    let probability: Double
    let ranks: [Int]?
  }

  struct MinimumCount: Decodable {
    let probability: Double
    let count: Int
  }

  struct Wilson: Decodable {
    let successes: Int
    let count: Int
    let interval: [Double]
  }

  struct MannKendall: Decodable {
    let medians: [Double]
    let score: Int
    let p: Double
  }

  struct Paired: Decodable {
    /// Both right, only A, only B, neither.
    let counts: [Int]
    let midP: Double
    let interval: [Double]
  }

  struct Point: Decodable {
    let x: Double
    /// Of Student's distribution.
    let degrees: Double?
    let cumulative: Double
  }

  struct Line: Decodable {
    let x: [Double]
    let y: [Double]
    let theilSenSlope: Double
    /// Slope, intercept, and their standard errors.
    let leastSquares: [Double]
  }

  struct Series: Decodable {
    let values: [Double]
    let ranks: [Double]
    let place: Int
    let statistic: Double
    let integratedTime: Double
  }

  static func load() throws -> StatisticsFixtures {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/statistics.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(StatisticsFixtures.self, from: Data(contentsOf: file))
  }
}

/// Equal but for the rounding of a few floating-point operations.
func isClose(_ left: Double, _ right: Double) -> Bool {
  abs(left - right) <= 1e-9 * max(1, abs(left), abs(right))
}
