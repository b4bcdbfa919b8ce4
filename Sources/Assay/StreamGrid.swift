import AssayCore

/// Numbers of streams, threads of each and samples of an inference, each of which is measured with each other.
public struct StreamGrid: Hashable, Sendable {
  public var streams: [Int]
  public var threads: [Int]
  /// `nil` leaves the model as it is.
  public var batches: [Int?]

  public init(streams: [Int], threads: [Int], batches: [Int?] = [nil]) {
    self.streams = streams
    self.threads = threads
    self.batches = batches
  }

  /// The options of every point.
  func points(of options: CellOptions) -> [CellOptions] {
    batches.flatMap { batch in
      threads.flatMap { threads in
        streams.map { streams in
          var options = options
          (options.streams, options.threads, options.batch) = (streams, threads, batch)
          return options
        }
      }
    }
  }
}

extension Bench {
  /// Measures every cell at each point of a grid, in an order that a seed decides: what changes on the machine meanwhile affects no side of the
  /// grid more than another.
  public mutating func sweep(_ grid: StreamGrid, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    cells = cells.flatMap { cell in
      grid.points(of: cell.options).map { options in
        var cell = cell
        cell.options = options
        return cell
      }
    }.shuffled(using: &random)
  }
}
