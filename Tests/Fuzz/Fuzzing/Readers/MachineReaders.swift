import AssayCore
import Foundation
import JSONCoding
import Machine
import Platform
import Telemetry

extension FuzzedReader {
  /// The files of kernel and firmware, one of them damaged: the description of the machine and its sensors.
  static func machineFiles(_ bench: Workbench) throws -> FuzzedReader {
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.fixture("TelemetryTests/Fixtures"))
    let trees = try names.filter { $0.hasSuffix(".tree") }.sorted().flatMap { try MachineTree($0, bench).files }
    return FuzzedReader(trees.map { Array($0.path.utf8) + [UInt8(ascii: "\n")] + $0.content }) { input in
      // The first line names the file.
      let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
      let path = String(decoding: parts[0], as: UTF8.self)
      guard let file = trees.first(where: { $0.path == path }), parts.count == 2 else { return false }
      try bench.write(Array(parts[1]), to: file.path)
      defer { try? bench.write(file.content, to: file.path) }
      let root = bench.path(file.root)
      let host = HostProbe(root: root).describe()
      let readings = values(
        of: SensorSearch(files: HostFiles(root: root), worker: WatchedProcess(getpid()), interval: 1))
      guard host.cores > 0, readings.allSatisfy({ $0.isFinite }) else {
        throw Finding("\(host.cores) cores, \(readings)")
      }
      do { _ = try JSONWriter.encode(host) } catch { throw Finding("The description cannot be written: \(error)") }
      return !readings.isEmpty
    }
  }

  /// What `nvidia-smi` prints.
  static func nvidiaOutput(_ bench: Workbench) -> FuzzedReader {
    let outputs = [
      "0, 1980, 34, 71.55, 0x0000000000000001\n1, 1200, 84, 349.10, 0x0000000000000024\n",
      "0, 1455, 61, [N/A], 0x0000000000000000\n",
      "NVIDIA-SMI has failed because it could not communicate with the driver.\n",
    ]
    return FuzzedReader(outputs.map { Array($0.utf8) }) { input in
      var lines = ProgramLines()
      for start in stride(from: 0, to: input.count, by: 1 << 12) {
        _ = lines.take(input[start..<min(start + 1 << 12, input.count)])
      }
      let table = NvidiaTable(lines.rows, source: "nvidia-smi", interval: 1)
      let values = table.readings(in: lines.rows).compactMap(\.value)
      guard values.allSatisfy(\.isFinite) else { throw Finding("\(values)") }
      return !values.isEmpty
    }
  }

  /// Of two readings, since rates need both.
  private static func values(of search: SensorSearch) -> [Double] {
    search.sources.flatMap { source in
      var source = source
      return (0..<2).flatMap { _ in source.read(at: Moment(clock: MonotonicClock.seconds)) }.compactMap(\.value)
    }
  }
}

/// A recorded machine: each file headed by `==> path <==`, with `\0` for NUL.
private struct MachineTree {
  var files: [(root: String, path: String, content: [UInt8])] = []

  init(_ name: String, _ bench: Workbench) throws {
    let text = try String(contentsOfFile: bench.fixture("TelemetryTests/Fixtures/\(name)"), encoding: .utf8)
    for entry in text.components(separatedBy: "==> ").dropFirst() {
      let parts = entry.components(separatedBy: " <==\n")
      let path = "\(name)/\(parts[0])"
      try bench.makeFolder(URL(filePath: path).deletingLastPathComponent().relativePath)
      let content = Array(parts[1].replacingOccurrences(of: "\\0", with: "\0").utf8)
      try bench.write(content, to: path)
      files.append((name, path, content))
    }
  }
}
