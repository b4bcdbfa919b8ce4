/// How a worker is started.
public struct WorkerLaunch: Hashable, Sendable {
  /// The worker's program: a path here, or a name on the search path of the other side.
  public var workerProgram: String
  /// A command that runs another one somewhere else, such as `ssh pi@board` or `srun -w node1`; `nil` starts the worker on this machine.
  public var via: String?

  /// Library output beyond this many bytes is a fault, not a diagnosis.
  static let outputLimit = 64 << 20
  /// Seconds that a worker gets to end after it was asked to, or after its last message.
  static let graceSeconds = 5.0

  public init(program: String, via: String? = nil) {
    workerProgram = program
    self.via = via
  }

  /// Whether parent and worker see the same files.
  public var sharesFiles: Bool { via == nil }

  /// What is started here.
  var program: String { via == nil ? workerProgram : "/bin/sh" }

  /// The shell splits the prefix as the user's own shell would.
  var arguments: [String] { via.map { ["-c", "exec \($0) \"$@\"", "sh", workerProgram] } ?? [] }
}
