public import AssayCore

/// The cells of a study in the order in which they are measured.
public struct StudyPlan: Sendable {
  /// One measurement, by its places in the lists of the study. Small, since a study may have a hundred thousand.
  public struct Cell: Hashable, Sendable {
    public let host: Int32
    public let model: Int32
    public let target: Int32
    public let measure: Int32
    /// 0 for the usual number.
    public let threads: Int32
    public let batch: Int32
    /// From 1.
    public let repetition: Int32
  }

  /// Cells that an exclusion leaves out.
  public struct Omission: Hashable, Sendable {
    public let cells: Int
    public let reason: String?
  }

  public let cells: [Cell]
  public let omissions: [Omission]

  /// The most cells of a plan.
  public static let maximumCells = 1_000_000

  /// - Parameter shard: only every `count`th cell, from the `number`th on, from 1; `nil` for all.
  /// - Throws: `.badData` for more cells than `maximumCells`.
  public init(_ study: StudyFile, shard: Shard? = nil) throws(AssayError) {
    var all: [Cell] = []
    var known: Set<Cell> = []
    var omissions: [Omission] = []
    for matrix in study.matrices {
      guard all.count + matrix.size * study.repeats <= Self.maximumCells else {
        throw AssayError(
          .badData, "The study \(study.name) has more than \(Self.maximumCells) cells.",
          advice: "Make it smaller, or several studies of it.")
      }
      let found = Self.expand(matrix, repeats: study.repeats)
      omissions += found.omissions
      for cell in found.cells where known.insert(cell).inserted { all.append(cell) }
    }
    if study.order == .shuffled { Self.shuffle(&all, seed: study.seed) }
    if let shard { all = shard.part(of: all) }
    cells = all
    self.omissions = omissions
  }

  private static func expand(
    _ matrix: StudyFile.Matrix, repeats: Int
  ) -> (cells: [Cell], omissions: [Omission]) {
    var cells: [Cell] = []
    var omitted = [Int](repeating: 0, count: matrix.exclusions.count)
    for repetition in 1...repeats {
      for host in matrix.hosts {
        for model in matrix.models {
          for target in matrix.targets {
            for measure in matrix.measures {
              for threads in matrix.threads {
                for batch in matrix.batches {
                  let cell = Cell(
                    host: Int32(host), model: Int32(model), target: Int32(target), measure: Int32(measure),
                    threads: Int32(threads ?? 0), batch: Int32(batch ?? 0), repetition: Int32(repetition))
                  if let exclusion = matrix.exclusions.firstIndex(where: { $0.matches(cell) }) {
                    omitted[exclusion] += 1
                  } else {
                    cells.append(cell)
                  }
                }
              }
            }
          }
        }
      }
    }
    let omissions = zip(omitted, matrix.exclusions).filter { $0.0 > 0 }.map { Omission(cells: $0, reason: $1.reason) }
    return (cells, omissions)
  }

  /// Fisher and Yates' shuffle.
  private static func shuffle(_ cells: inout [Cell], seed: UInt64) {
    guard cells.count > 1 else { return }
    var generator = SplitMix64(seed: seed)
    for last in cells.indices.dropFirst().reversed() {
      cells.swapAt(last, Int(generator.next() % UInt64(last + 1)))
    }
  }

  /// Those of one host, in order.
  public func cells(ofHost host: Int) -> [Cell] { cells.filter { $0.host == Int32(host) } }
}

/// A part of a study, for one of several machines: `2/3`.
public struct Shard: Hashable, Sendable {
  public let number: Int
  public let count: Int

  /// `nil` if the text is no shard.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], count >= 1, (1...count).contains(number) else {
      return nil
    }
    self.number = number
    self.count = count
  }

  func part(of cells: [StudyPlan.Cell]) -> [StudyPlan.Cell] {
    stride(from: number - 1, to: cells.count, by: count).map { cells[$0] }
  }
}

extension StudyFile.Matrix {
  /// The number of combinations; more than a plan may have if there are too many to count.
  fileprivate var size: Int {
    [hosts.count, models.count, targets.count, measures.count, threads.count, batches.count].reduce(1) {
      min($0 * $1, StudyPlan.maximumCells + 1)
    }
  }
}

extension StudyFile.Exclusion {
  func matches(_ cell: StudyPlan.Cell) -> Bool {
    func agrees(_ indices: [Int]?, _ index: Int32) -> Bool { indices?.contains(Int(index)) ?? true }
    return agrees(hosts, cell.host) && agrees(models, cell.model) && agrees(targets, cell.target)
      && agrees(measures, cell.measure) && agrees(threads, cell.threads) && agrees(batches, cell.batch)
  }
}

extension StudyFile {
  /// The cell of a plan, as it is measured on a host.
  ///
  /// - Parameter threads: the usual number there.
  public func spec(_ cell: StudyPlan.Cell, threads: Int) -> CellSpec {
    var options = CellOptions(threads: cell.threads == 0 ? threads : Int(cell.threads))
    options.batch = cell.batch == 0 ? nil : Int(cell.batch)
    let measure = measures[Int(cell.measure)]
    let scenario = measure.measure.scenario?.scenario
    // As `assay scenario`: as many streams as there would be threads.
    if let streams = measure.streams ?? (scenario == .server || scenario == .offline ? options.threads : nil) {
      options.streams = streams
      if cell.threads == 0 { options.threads = max(threads / streams, 1) }
    }
    let target = targets[Int(cell.target)].target
    return CellSpec(
      model: ModelReference(path: models[Int(cell.model)].path), target: target, options: options,
      measure: measure.measure)
  }

  /// What a cell is called in the study.
  public func membership(_ cell: StudyPlan.Cell) -> StudyMembership {
    StudyMembership(
      study: name, host: hosts[Int(cell.host)].name, model: models[Int(cell.model)].name,
      target: targets[Int(cell.target)].name, measure: measures[Int(cell.measure)].name,
      repetition: Int(cell.repetition))
  }

  /// Seconds that a cell probably takes, with loading and without cool-down, before anything is measured.
  public func expectedSeconds(_ cell: StudyPlan.Cell) -> Double {
    let measure = measures[Int(cell.measure)].measure
    let rule = measure.rule
    switch measure {
    case .latency, .streams:
      return Self.loading + rule.warmUpSeconds + (rule.minimumSeconds > 0 ? rule.minimumSeconds : 2)
    case .stress, .scenario, .load: return Self.loading + rule.minimumSeconds
    case .accuracy(let accuracy):
      var images = 1000.0
      if case .count(let count) = accuracy.images.sampling?.amount { images = Double(count) }
      return Self.loading + images * Self.secondsPerImage
    }
  }

  /// Guesses, until cells of the same measure are done.
  private static let loading = 1.0
  private static let secondsPerImage = 0.02
}
