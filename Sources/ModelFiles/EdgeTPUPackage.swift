/// What is compiled into an `edgetpu-custom-op`: programs with their parameters (`executable.fbs` of libedgetpu, with the identifier DWN1).
struct EdgeTPUPackage {
  private let package: FlatTable

  /// More than compilers write: one program that loads parameters, and one that runs.
  private static let mostPrograms = 16
  private static let mostLayers = 64

  /// `nil` where there is none.
  ///
  /// - Parameter options: of the operation.
  init?(options: UnsafeRawBufferPointer) {
    guard let package = Self.find(in: options) else { return nil }
    self.package = package
  }

  private static func find(in options: UnsafeRawBufferPointer) -> FlatTable? {
    let mark = Array("DWN1".utf8)
    // The options are a small map before the package.
    for place in 4..<max(min(options.count, 256), 4) where options.dropFirst(place).prefix(4).elementsEqual(mark) {
      return FlatTable(root: UnsafeRawBufferPointer(rebasing: options.dropFirst(place - 4)))
    }
    return nil
  }

  /// The runtime version that it needs.
  var runtime: Int? { package.integer(Int32.self, 0).map { Int($0) } }

  /// What it says of itself.
  var attributes: [String: SourceValue] {
    let programs = programs
    let runs = programs.last { $0.kind != .loadsParameters }
    var attributes: [String: SourceValue] = [
      "programs": .integers([programs.count]),
      "parameter_bytes": .bounded([programs.map(\.parameterBytes).reduce(0, +)]),
      "instruction_bytes": .bounded([programs.map(\.instructionBytes).reduce(0, +)]),
    ]
    attributes["compiler"] = package.text(4).map { .text($0) }
    attributes["chip"] = runs?.chip.map { .text($0) }
    attributes["scratch_bytes"] = runs?.scratchBytes.map { .integers([$0]) }
    attributes["estimated_cycles"] = runs?.cycles.map { .bounded([$0]) }
    attributes["inputs"] = runs.map { .text($0.inputs.joined(separator: ", ")) }
    attributes["outputs"] = runs.map { .text($0.outputs.joined(separator: ", ")) }
    // They stay on the chip between inferences.
    attributes["caches_parameters"] = .text("\(programs.contains { $0.kind == .loadsParameters })")
    return attributes
  }

  private struct Program {
    enum Kind: Int16 {
      case standsAlone, loadsParameters, runs
    }

    let kind: Kind?
    let parameterBytes: Int
    let instructionBytes: Int
    let scratchBytes: Int?
    let cycles: Int?
    let chip: String?
    let inputs: [String]
    let outputs: [String]

    init(_ table: FlatTable) {
      kind = Kind(rawValue: table.integer(Int16.self, 13) ?? 0)
      parameterBytes = table.bytes(6)?.count ?? 0
      instructionBytes = (0..<min(table.tableCount(5) ?? 0, EdgeTPUPackage.mostLayers))
        .map { table.table(5, at: $0)?.bytes(0)?.count ?? 0 }.reduce(0, +)
      scratchBytes = table.integer(Int32.self, 4).map { Int($0) }
      cycles = table.integer(Int64.self, 16).map { Int($0) } ?? table.integer(Int32.self, 11).map { Int($0) }
      chip = table.text(10)
      inputs = Self.names(of: table, 8)
      outputs = Self.names(of: table, 9)
    }

    private static func names(of table: FlatTable, _ field: Int) -> [String] {
      (0..<min(table.tableCount(field) ?? 0, EdgeTPUPackage.mostLayers)).compactMap {
        table.table(field, at: $0)?.text(0)
      }
    }
  }

  private var programs: [Program] {
    guard let content = package.bytes(1), let list = FlatTable(root: content) else { return [] }
    return (0..<min(list.tableCount(0) ?? 0, Self.mostPrograms)).compactMap { index in
      list.bytes(0, at: index).flatMap { FlatTable(root: $0) }.map(Program.init)
    }
  }
}
