import AssayCore
import Foundation
import Platform
import Testing

@testable import Conversion

@Suite("A converter is a process that may fail in any way")
struct StepTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test("Its result is kept with its log, and nothing else stays")
  func success() throws {
    let outcome = try workshop.run(
      "print('hello'); open('scrap', 'w').write('x'); open('model.bin', 'w').write('y')\n" + Workshop.success)
    #expect(!outcome.isCached && outcome.model.form == workshop.step.result)
    #expect(try String(contentsOfFile: outcome.model.path, encoding: .utf8) == "converted")
    #expect(try String(contentsOfFile: outcome.logPath, encoding: .utf8) == "hello\n")
    #expect(outcome.entry.files.map(\.name) == ["model.bin", "model.tflite"])
    let place = URL(filePath: outcome.model.path).deletingLastPathComponent().path
    #expect(Set(Folder.names(in: place)) == ["entry.json", "log.txt", "model.bin", "model.tflite"])
    #expect(workshop.kept == [URL(filePath: place).lastPathComponent])
  }

  @Test(
    "One that crashes, or ends without a model, is an error with what it printed, and leaves nothing",
    arguments: [
      ("raise RuntimeError('no such luck')", "no such luck"), ("import os; os.abort()", "signal 6"),
      ("import os; print('bye', flush=True); os._exit(7)", "exit status 7"), ("pass", "wrote no model"),
      ("import os; os._exit(3)", "exit status 3"),
    ])
  func crash(script: String, words: String) throws {
    let error = try workshop.failure(of: script)
    #expect(error.code == .crashed && error.fullDescription.contains(words), "\(error.fullDescription)")
    #expect(workshop.kept == [])
  }

  @Test("One that writes over its source, or anywhere but into its folder, is stopped where the kernel has Landlock")
  func confinement() throws {
    let isConfined = try workshop.run(
      """
      version = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)
      open('model.txt', 'w').write(str(version > 0))
      """ + "\n" + Workshop.success)
    let folder = URL(filePath: isConfined.model.path).deletingLastPathComponent()
    guard try String(contentsOf: folder.appending(path: "model.txt"), encoding: .utf8) == "True" else {
      FileHandle.standardError.write(Data("This kernel has no Landlock, so steps are not confined.\n".utf8))
      return
    }
    for call in [
      "open(request['source'], 'w')", "os.truncate(request['source'], 1)", "os.remove(request['source'])",
      "open(request['source'] + '.new', 'w')", "os.rename('request.json', request['source'])",
    ] {
      let error = try workshop.failure(of: call)
      #expect(error.outputTail?.contains("Permission denied") == true, "\(call): \(error.fullDescription)")
    }
    #expect(try String(contentsOfFile: workshop.source.path, encoding: .utf8) == "a model")
  }

  @Test("The log of one that fails is kept and named, and only the newest logs are")
  func failedLogs() throws {
    try FileManager.default.createDirectory(atPath: workshop.failedLogs, withIntermediateDirectories: true)
    for number in 100..<130 {
      try Data("old".utf8).write(to: URL(filePath: "\(workshop.failedLogs)/\(number)-old.txt"))
    }
    let error = try workshop.failure(of: "print('first words', flush=True)\nraise RuntimeError('no such luck')")
    let names = workshop.names(in: workshop.failedLogs)
    #expect(names.count == ConversionCache.maximumLogs && !names.contains("110-old.txt"), "\(names)")
    let name = try #require(names.first { $0.contains("-example-") })
    let path = "\(workshop.failedLogs)/\(name)"
    #expect(error.advice?.contains(path) == true, "\(error)")
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("first words\n"))
  }

  @Test("One that cannot do a model names the operators")
  func refusal() throws {
    let error = try workshop.failure(
      of: "with Naming(r'operator (\\w+)'):\n    raise ValueError('cannot do operator Fft and operator Det')")
    #expect(error.code == .unsupported && error.message.contains("Det, Fft"), "\(error)")
    #expect(error.outputTail?.contains("cannot do operator Fft") == true, "\(error.fullDescription)")
  }

  @Test("Operators are found at the beginning of any line")
  func lines() throws {
    let error = try workshop.failure(of: "with Naming(r'^- (\\w+)'):\n    raise ValueError('These:\\n- Fft\\n- Det')")
    #expect(error.code == .unsupported && error.message.contains("Det, Fft"), "\(error)")
  }

  @Test("One that hangs is ended with the processes that it started")
  func hang() throws {
    workshop.limits.seconds = 2
    let error = try workshop.failure(
      of: """
        import subprocess, time
        child = subprocess.Popen(["sleep", "600"])
        print(child.pid, flush=True)
        time.sleep(600)
        """)
    #expect(error.code == .timedOut && error.description.contains("--time-limit"), "\(error)")
    let child = try #require(Int32(error.outputTail ?? ""), "\(error.fullDescription)")
    let end = MonotonicClock.seconds() + 10
    while Self.isAlive(child), MonotonicClock.seconds() < end { usleep(10_000) }
    #expect(!Self.isAlive(child))
    #expect(workshop.kept == [] && workshop.progress > 0)
  }

  @Test("One that closes its output and hangs is ended too")
  func silence() throws {
    workshop.limits.seconds = 2
    let error = try workshop.failure(of: "import time; os.close(1); os.close(2); time.sleep(600)")
    #expect(error.code == .timedOut, "\(error)")
  }

  @Test("One that prints without end fills no disk: the log has the first and the last of it")
  func printing() throws {
    workshop.limits.logBytes = 1 << 16
    let outcome = try workshop.run(
      "print('first')\nfor _ in range(1 << 10): sys.stdout.write('x' * (1 << 18))\nprint('\\nlast')\n"
        + Workshop.success)
    let log = try String(contentsOfFile: outcome.logPath, encoding: .utf8)
    #expect(log.hasPrefix("first\n") && log.hasSuffix("last\n") && log.contains("bytes left out"))
    #expect(log.utf8.count < 1 << 17)
  }

  @Test("One that fills the disk is ended, by many files or by one")
  func disk() throws {
    workshop.limits.diskBytes = 8 << 20
    let many = try workshop.failure(
      of: "import time\nfor n in range(10**6): open(f'{n}', 'wb').write(bytes(1 << 20)); time.sleep(.01)")
    #expect(many.code == .inputOutput && many.message.contains("more than 8 MiB"), "\(many)")
    let one = try workshop.failure(of: "open('one', 'wb').write(bytes(64 << 20))")
    #expect(one.code == .crashed && one.outputTail?.contains("File too large") == true, "\(one.fullDescription)")
    #expect(workshop.kept == [])
  }

  @Test("One that takes too much memory runs short of it, and the machine does not")
  func memory() throws {
    workshop.limits.memoryBytes = 256 << 20
    let error = try workshop.failure(of: "bytearray(1 << 30)")
    #expect(error.code == .crashed && error.outputTail?.contains("MemoryError") == true, "\(error.fullDescription)")
  }

  @Test("It has no home, no proxies, no packages of the user, and where the kernel allows it no network")
  func isolation() throws {
    let outcome = try workshop.run(
      """
      print(os.environ["HOME"] == os.getcwd(), [n for n in os.environ if "proxy" in n.lower()], os.environ["HF_HUB_OFFLINE"])
      print(any("site-packages" in path for path in sys.path))
      """ + "\n" + Workshop.success)
    let lines = try String(contentsOfFile: outcome.logPath, encoding: .utf8).split(separator: "\n")
    #expect(lines == ["True [] 1", "False"])
  }

  /// Whether a process runs: a killed one may stay in the list until somebody reaps it.
  private static func isAlive(_ process: Int32) -> Bool {
    guard let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return !state.contains(") Z") && !state.contains(") X")
  }
}
