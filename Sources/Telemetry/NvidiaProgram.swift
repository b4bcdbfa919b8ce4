import AssayCore
import CPlatform
import Glibc
import Synchronization

/// `nvidia-smi`, which prints a line a GPU at each interval for as long as it runs.
final class NvidiaProgram: SensorSource {
  let sensors: [Sensor]
  private let output: ProgramOutput
  /// Lines older than this say nothing of now. In seconds.
  private let staleAfter: Double

  /// Seconds until the first line: the driver may have to wake the GPU.
  private static let patience = 10.0

  /// What is asked of each GPU, besides its number: in the order of the columns.
  private static let quantities: [(id: String, name: String, Sensor.Quantity)] = [
    ("clock", "clock", .clock), ("temperature", "temperature", .temperature), ("power", "power", .power),
    ("throttled", "held down", .throttled),
  ]
  /// The reasons to hold the clock down had another name before driver 535.
  private static let reasonColumns = ["clocks_event_reasons.active", "clocks_throttle_reasons.active"]
  /// nvml.h: software power cap, hardware slowdown, software and hardware thermal slowdown, power brake. Idling and chosen clocks are left out.
  private static let throttlingReasons: UInt64 = 0x4 | 0x8 | 0x20 | 0x40 | 0x80

  /// Starts the program and waits for what it says first.
  ///
  /// - Throws: why it says nothing, in words.
  static func start(_ path: String, interval: Double, isStopping: () -> Bool) throws(ReadFailure) -> NvidiaProgram {
    var failure = ReadFailure("\(path) says nothing")
    for column in reasonColumns {
      let arguments = [
        path, "--query-gpu=index,clocks.sm,temperature.gpu,power.draw,\(column)", "--format=csv,noheader,nounits",
        "--loop-ms=\(Int((max(interval, 0.1) * 1000).rounded()))",
      ]
      let output = try ProgramOutput.start(arguments)
      let rows = output.firstRows(within: patience, isStopping: isStopping)
      if !rows.isEmpty { return NvidiaProgram(path: path, output: output, rows: rows, interval: interval) }
      failure = ReadFailure(output.complaint ?? "\(path) said nothing within \(Int(patience)) s")
      output.close()
    }
    throw failure
  }

  /// - Parameter rows: by the number of the GPU.
  private init(path: String, output: ProgramOutput, rows: [Int: ProgramOutput.Row], interval: Double) {
    self.output = output
    staleAfter = max(5, 3 * interval)
    sensors = rows.keys.sorted().flatMap { gpu in
      Self.quantities.map { id, name, quantity in
        Sensor(id: "\(id).nvidia.\(gpu)", name: "GPU \(gpu) \(name)", quantity: quantity, source: path)
      }
    }
  }

  func read(at moment: Moment) -> [Reading] {
    let now = MachineClocks.system.monotonic()
    let rows = output.rows
    return sensors.indices.map { index in
      let sensor = sensors[index]
      guard !output.hasEnded else { return .failed("\(sensor.source) has ended") }
      guard let gpu = sensor.id.split(separator: ".").last.flatMap({ Int($0) }), let row = rows[gpu],
        now - row.seconds <= staleAfter
      else { return .failed("\(sensor.source) has stopped talking") }
      let column = index % Self.quantities.count
      guard column < row.columns.count else { return .failed("\(sensor.source) gives too few columns") }
      return Self.reading(row.columns[column], of: sensor)
    }
  }

  func close() {
    output.close()
  }

  private static func reading(_ text: String, of sensor: Sensor) -> Reading {
    if sensor.quantity == .throttled, text.hasPrefix("0x"), let reasons = UInt64(text.dropFirst(2), radix: 16) {
      return .value(reasons & throttlingReasons == 0 ? 0 : 1)
    }
    guard let number = Double(text) else { return .failed("\(sensor.source) says “\(text.prefix(40).printable)”") }
    return Reading(number, of: sensor)
  }
}

extension SensorSearch {
  /// Looks for `nvidia-smi` in the folders of `PATH`, below the root.
  mutating func findGPUs(interval: Double, isStopping: () -> Bool) {
    let folders = getenv("PATH").map { String(cString: $0).split(separator: ":") } ?? []
    let programs = folders.filter { $0.hasPrefix("/") }.map { files.path("\($0.dropFirst())/nvidia-smi") }
    guard let program = programs.first(where: { access($0, X_OK) == 0 }) else { return }
    do {
      add(try NvidiaProgram.start(program, interval: interval, isStopping: isStopping))
    } catch {
      report("GPU", error.reason)
    }
  }
}

/// What a child process printed last, read by a thread of its own.
private final class ProgramOutput: Sendable {
  /// Columns of one line behind the number it begins with.
  struct Row {
    let seconds: Double
    let columns: [String]
  }

  private struct State {
    var rows: [Int: Row] = [:]
    /// A line that is no row.
    var complaint: String?
    var hasEnded = false
  }

  private let pid: pid_t
  private let descriptor: Int32
  private let state = Mutex(State())
  private let news: Alarm

  private static let maximumLine = 1 << 16

  private init(pid: pid_t, descriptor: Int32, news: Alarm) {
    self.news = news
    self.pid = pid
    self.descriptor = descriptor
  }

  static func start(_ arguments: [String]) throws(ReadFailure) -> ProgramOutput {
    var ends: [Int32] = [-1, -1]
    guard let news = Alarm(), assay_pipe(&ends) == 0 else { throw ReadFailure(arguments[0], errno: errno) }
    var pid: pid_t = 0
    let status = spawn(arguments, output: ends[1], pid: &pid)
    Glibc.close(ends[1])
    guard status == 0 else {
      Glibc.close(ends[0])
      throw ReadFailure("\(arguments[0]) cannot be started: \(String(cString: strerror(status)))")
    }
    let output = ProgramOutput(pid: pid, descriptor: ends[0], news: news)
    guard startBackgroundThread({ output.follow() }) else {
      kill(pid, SIGKILL)
      output.follow()
      throw ReadFailure("\(arguments[0]) cannot be followed: the system makes no more threads")
    }
    return output
  }

  var rows: [Int: Row] { state.withLock { $0.rows } }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }
  var complaint: String? { state.withLock { $0.complaint } }

  /// Waits for the first line, and then a little for the lines of other devices.
  func firstRows(within seconds: Double, isStopping: () -> Bool) -> [Int: Row] {
    let slice = 0.1
    var waited = 0.0
    while !news.wait(seconds: slice) {
      waited += slice
      if waited >= seconds || isStopping() { return [:] }
    }
    // The first line that is no new device is of the next interval.
    var count = rows.count
    while news.wait(seconds: 2 * slice), rows.count > count { count = rows.count }
    return rows
  }

  /// Ends the program. Its thread ends when the program has closed its output.
  func close() {
    state.withLock { if !$0.hasEnded { _ = kill(pid, SIGTERM) } }
  }

  private func follow() {
    var rest: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      rest += block[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        take(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
      }
      if rest.count > Self.maximumLine { rest = [] }
    }
    Glibc.close(descriptor)
    // From here on the number may become another process's.
    state.withLock {
      $0.hasEnded = true
      _ = kill(pid, SIGKILL)
    }
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    news.ring()
  }

  private func take(_ line: String) {
    let columns = line.split(separator: ",").map { $0.trimmed() }
    state.withLock {
      if let index = columns.first.flatMap({ Int($0) }) {
        $0.rows[index] = Row(seconds: MachineClocks.system.monotonic(), columns: Array(columns.dropFirst()))
      } else {
        $0.complaint = String(line.prefix(200).printable)
      }
    }
    news.ring()
  }

  /// - Parameter output: becomes its standard output and error.
  /// - Returns: an error number, or 0.
  private static func spawn(_ arguments: [String], output: Int32, pid: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // In a group of its own, so that Ctrl-C in a terminal reaches the parent alone.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    return posix_spawn(&pid, arguments[0], &actions, &attributes, &words, environ)
  }
}
