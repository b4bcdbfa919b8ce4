import AssayCore
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite("Programs start as they are described")
struct ProcessTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// What a program printed, to its end.
  private func text(_ process: ChildProcess, _ descriptor: Int32 = 1) throws -> String {
    let stream = try #require(process.stream(descriptor))
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try stream.read(into: &block)
      if count == 0 { return String(decoding: text, as: UTF8.self) }
      text += block[..<count]
    }
  }

  @Test("A lock on a descriptor that a program inherits lasts until it has ended, too")
  func inheritedLock() throws {
    let path = try sandbox.write(Data(), to: "lock")
    var own: FileDescriptor? = try FileDescriptor(opening: path)
    #expect(own?.tryLock() == true && own?.isStill(at: path) == true)
    let number = try #require(own?.number)
    let process = try ChildProcess(
      ProcessSpec("/bin/sh", ["-c", "read line"], streams: [0: .input, 3: .inherited(number)]))
    own = nil
    let other = try FileDescriptor(opening: path)
    #expect(!other.tryLock(), "the program holds it")
    try process.write(Array("\n".utf8))
    #expect(process.wait() == .exited(0))
    #expect(other.tryLock())
    #expect(try other.isRegularFile && !FileDescriptor(opening: sandbox.folder).isRegularFile)
    try FileManager.default.removeItem(atPath: path)
    #expect(!other.isStill(at: path))
  }

  @Test("Arguments, variables, folder and streams are those of the description")
  func description() throws {
    let spec = ProcessSpec(
      "/bin/sh", ["-c", #"read line; echo "$line $1 $COLOUR $(env | grep -c .)"; pwd; echo oops >&2"#, "sh", "a b"],
      environment: ["COLOUR": "blue", "PATH": "/usr/bin:/bin"], workingFolder: sandbox.folder,
      streams: [0: .input, 1: .output, 2: .output])
    let process = try ChildProcess(spec)
    try process.write(Array("hello\n".utf8))
    let folder = try #require(realpath(sandbox.folder, nil).map { String(cString: $0) })
    let lines = try text(process).split(separator: "\n")
    #expect(lines.first?.hasPrefix("hello a b blue ") == true, "\(lines)")
    #expect(lines.last == Substring(folder))
    #expect(try text(process, 2) == "oops\n")
    #expect(process.wait() == .exited(0))
  }

  @Test("Streams may cross: a descriptor is never overwritten before it is used")
  func crossedStreams() throws {
    let spec = ProcessSpec(
      "/bin/sh", ["-c", "echo one; echo two >&2; echo three >&3; echo four >&4"],
      streams: [0: .null, 4: .output, 3: .same(as: 4), 1: .file(sandbox.path("file")), 2: .same(as: 1)])
    let process = try ChildProcess(spec)
    #expect(try text(process, 4) == "three\nfour\n")
    #expect(process.wait() == .exited(0))
    #expect(try String(contentsOfFile: sandbox.path("file"), encoding: .utf8) == "one\ntwo\n")
  }

  @Test("The end is readable, and tells a status from a signal")
  func ending() throws {
    let process = try ChildProcess(ProcessSpec("/bin/sh", ["-c", "exit 7"]))
    #expect(process.ended.waitUntilReadable(seconds: 60))
    #expect(process.ending == .exited(7))
    let sleeper = try ChildProcess(ProcessSpec("/bin/sleep", ["600"]))
    #expect(sleeper.ending == nil)
    #expect(!sleeper.ended.waitUntilReadable(seconds: 0.01))
    #expect(sleeper.signal(SIGTERM))
    #expect(sleeper.wait() == .signalled(SIGTERM))
  }

  @Test("A signal after the end reaches nobody: the number of the process may be another's by then")
  func signalAfterTheEnd() throws {
    let process = try ChildProcess(ProcessSpec("/bin/true"))
    process.wait()
    #expect(kill(process.processIdentifier, 0) == -1 && errno == ESRCH, "no zombie is left")
    #expect(!process.signal(0))
    #expect(!process.signal(SIGKILL))
  }

  @Test("Signals up to the very end leave the ending as it is")
  func racingSignals() throws {
    for _ in 0..<50 {
      let process = try ChildProcess(ProcessSpec("/bin/true"))
      while process.signal(0) {}
      #expect(process.wait() == .exited(0))
    }
  }

  @Test(
    "A program that cannot be started is an error that names it",
    arguments: [
      ("/no/such/program", "No such file"), ("/etc/passwd", "Permission denied"), ("/tmp", "Permission denied"),
    ])
  func cannotStart(program: String, reason: String) {
    let error = #expect(throws: AssayError.self) { try ChildProcess(ProcessSpec(program, streams: [1: .output])) }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.hasPrefix("Cannot start \(program): \(reason)") == true, "\(error?.message ?? "")")
  }

  @Test("A working folder and a file that are not there are errors too")
  func missingFolders() {
    for spec in [
      ProcessSpec("/bin/true", workingFolder: sandbox.path("nowhere")),
      ProcessSpec("/bin/true", streams: [1: .file(sandbox.path("no/where"))]),
      ProcessSpec("/bin/true", streams: [2: .same(as: 1)]),
    ] {
      let error = #expect(throws: AssayError.self) { try ChildProcess(spec) }
      #expect(error?.code == .inputOutput)
    }
  }

  @Test("Without a thread to follow it, a program is killed, and that is an error")
  func noThread() throws {
    let spec = ProcessSpec("/bin/sleep", ["600"])
    let start = MonotonicClock.seconds()
    let error = #expect(throws: AssayError.self) { try ChildProcess(spec, stackBytes: 1 << 46) }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.hasPrefix("Cannot start a thread for following /bin/sleep: ") == true)
    #expect(MonotonicClock.seconds() - start < 300, "it does not wait for the program")
  }

  @Test("Writing to a program that is gone is an error, not the end of this one")
  func brokenPipe() throws {
    let process = try ChildProcess(ProcessSpec("/bin/true", streams: [0: .input]))
    process.wait()
    #expect(throws: SystemError(code: EPIPE)) { try process.write([1]) }
    #expect(throws: SystemError(code: EBADF)) { try process.write([1], to: 1) }
  }

  @Test("Where SIGCHLD was ignored when this program started, the ends of its own programs are still known")
  func ignoredEnds() throws {
    let model = try sandbox.model(event: ("crash", 0))
    let result = try sandbox.shell(
      "env --ignore-signal=CHLD \"$ASSAY\" bench '\(model)' -e synthetic --runs 10 --no-save")
    #expect(result.standardOutput.contains("died of SIGSEGV"), "\(result)")
  }

  @Test("A program that is run to its end leaves the end of its output; a silent one lets its caller tick")
  func run() throws {
    let chatty = try ProcessSpec("/bin/sh", ["-c", "seq 100000; echo last >&2; exit 3"]).run(keeping: 2)
    #expect(chatty.ending == .exited(3) && !chatty.isSuccess)
    #expect(chatty.output.text == "100000\nlast")
    var ticks = 0
    let silent = try ProcessSpec("/bin/sleep", ["0.3"]).run(every: 0.02) { ticks += 1 }
    #expect(silent.isSuccess && silent.output.text == nil)
    #expect(ticks > 0)
  }

  @Test("A name is looked for in the absolute folders of PATH, a path taken as it is")
  func locating() throws {
    let script = try sandbox.script("tool", "exit 0")
    _ = try sandbox.write(Data(), to: "data")
    #expect(ProcessSpec.locate("tool", path: "/no/such:\(sandbox.folder)") == script)
    #expect(ProcessSpec.locate("tool", path: sandbox.folder, root: "/") == script)
    #expect(ProcessSpec.locate("tool", path: "/", root: sandbox.folder) == "\(sandbox.folder)//tool")
    #expect(ProcessSpec.locate("data", path: sandbox.folder) == nil, "it may not be run")
    #expect(ProcessSpec.locate("sh", path: ".::") == nil)
    #expect(ProcessSpec.locate(script, path: "") == script)
    #expect(ProcessSpec.locate("\(script)s", path: sandbox.folder) == nil)
  }
}

@Suite("Isolated Python runs nothing but what it is given")
struct IsolatedPythonTests {
  private let sandbox: Sandbox
  private let python: IsolatedPython

  init() throws {
    sandbox = try Sandbox()
    let environment = ProcessInfo.processInfo.environment
    python = try #require(
      IsolatedPython(
        "python3", in: sandbox.folder,
        environment: environment.merging([
          "PYTHONPATH": sandbox.folder, "PYTHONSTARTUP": "x", "SECRET": "s", "PIP_X": "1",
        ]) { $1 }
      ), "needs python3")
    for module in ["json", "venv", "pip", "sitecustomize", "usercustomize"] {
      try sandbox.write(Data("print('EVIL')".utf8), to: "\(module).py")
    }
  }

  @Test("A json.py of the current folder is not imported")
  func currentFolder() throws {
    let program = "import json, os; print(json.dumps(sorted(sys.argv[1:])), os.getcwd())"
    let outcome = try python.program(program, ["b", "a"], packages: "/no/such/folder").run()
    #expect(outcome.isSuccess)
    #expect(outcome.output.text?.hasPrefix(#"["a", "b"]"#) == true, "\(outcome.output.text ?? "")")
    #expect(outcome.output.text?.hasSuffix(sandbox.folder) == true, "it runs in that folder")
  }

  @Test("Nor is a venv.py of the current folder run as a module")
  func module() throws {
    let outcome = try python.module("venv", ["--help"]).run(keeping: 100)
    #expect(outcome.isSuccess)
    #expect(outcome.output.text?.contains("EVIL") == false, "\(outcome.output.text ?? "")")
  }

  @Test("One folder of packages is importable, behind Python's own library")
  func packages() throws {
    let packages = sandbox.path("packages")
    try FileManager.default.createDirectory(atPath: packages, withIntermediateDirectories: false)
    for module in ["json", "wanted"] { try sandbox.write(Data("word = 'µ'".utf8), to: "packages/\(module).py") }
    let program = "import json, wanted; print(wanted.word, hasattr(json, 'dumps'))"
    #expect(try python.program(program, [], packages: packages).run().output.text == "µ True")
    #expect(try FileManager.default.contentsOfDirectory(atPath: packages).sorted() == ["json.py", "wanted.py"])
  }

  @Test("Of the variables it gets those that pip and programs need, and those that are set for it")
  func variables() throws {
    let spec = python.module("venv", [], setting: ["TMPDIR": "/tmp/x"])
    let environment = try #require(spec.environment)
    #expect(environment["TMPDIR"] == "/tmp/x" && environment["PIP_X"] == "1" && environment["PATH"] != nil)
    #expect(environment["SECRET"] == nil && environment["PYTHONPATH"] == nil && environment["PYTHONSTARTUP"] == nil)
  }

  @Test("A Python that is not there is found missing before anything starts")
  func missing() {
    #expect(IsolatedPython("/no/such/python", in: sandbox.folder, environment: [:]) == nil)
    #expect(IsolatedPython.name(in: ["ASSAY_PYTHON": ""]) == "python3")
    #expect(IsolatedPython.name(in: ["ASSAY_PYTHON": "other"]) == "other")
  }
}
