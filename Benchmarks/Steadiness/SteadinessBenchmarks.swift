import Glibc

/// The analysis of long runs, measured: `steadiness detection | peers | scale`. The scripts in Benchmarks run it.
@main
enum SteadinessBenchmarks {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst(2))
    switch CommandLine.arguments.dropFirst().first {
    case "detection": await DetectionBenchmark.run(arguments)
    case "peers": try PeersBenchmark.run(arguments)
    case "scale": ScaleBenchmark.run(arguments)
    default:
      print("steadiness detection | peers | scale")
      exit(64)
    }
  }
}
