import ArgumentParser
import AssayCore
import CUnicodeData
import Glibc
import Platform

@main
struct AssayCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Measures neural networks on inference engines: how fast, how accurate, how steady.",
    discussion: """
      Exit status: 0 all cells ok, 1 a cell failed, 3 a slowdown above --fail-above or goals that no cell reaches or a scenario that is not valid, 4 unsure about the \
      slowdown with --strict, 64 usage, 65 bad model or data, \
      69 engine or device not available, or unable to run the model, 74 input/output, 130 interrupted.
      """,
    version: AssayVersion.current,
    subcommands: [
      Doctor.self, EnginesCommand.self, BenchCommand.self, AccuracyCommand.self, StressCommand.self,
      StreamsCommand.self,
      ScenarioCommand.self, LoadCommand.self,
      CompareCommand.self, RunCommand.self,
      ConvertCommand.self,
      InspectCommand.self,
      ImageClassCommand.self,
      ModelsCommand.self,
      StudyCommand.self,
      SweepCommand.self,
      ReportCommand.self, ResultsCommand.self, SchemaCommand.self,
    ])

  static let examples = [
    "assay doctor",
    "assay bench net.tflite",
    "assay report last",
  ]

  static func main() {
    // If the reader of our output exits early, as `head` does, a write fails with EPIPE, which is ignored.
    signal(SIGPIPE, SIG_IGN)
    // A file that reaches `ulimit -f` is an error, too.
    signal(SIGXFSZ, SIG_IGN)
    Orphans.adopt()
    reserveStandardDescriptors()
    var called: any ParsableCommand.Type = AssayCommand.self
    do {
      called = try CommandLineCheck.check(CommandLine.unsafeArgv, count: Int(CommandLine.argc))
      var command = try parseAsRoot()
      try ResourceLimits.check()
      try command.run()
    } catch let error as AssayError {
      Terminal.message("assay: \(error.fullDescription)")
      Glibc.exit(ExitStatus.code(of: error))
    } catch  where exitCode(for: error) == .success {
      print(Examples.added(to: fullMessage(for: error), of: called))
    } catch {
      let code = exitCode(for: error)
      // Help and version.
      if code.isSuccess { exit(withError: error) }
      let message = fullMessage(for: error)
      if !message.isEmpty { Terminal.message(message) }
      Glibc.exit(code.rawValue)
    }
  }

  /// If the caller closed a standard stream, the next open file would take its descriptor and receive what is printed.
  private static func reserveStandardDescriptors() {
    var descriptor: Int32
    repeat { descriptor = open("/dev/null", O_RDWR) } while descriptor >= 0 && descriptor <= STDERR_FILENO
    if descriptor > STDERR_FILENO { close(descriptor) }
  }
}
