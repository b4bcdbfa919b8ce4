import Foundation
import Glibc

/// A headless Chromium, driven by the DevTools protocol over two pipes.
final class Browser {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The program; `nil`, and a word about it, where there is none. `ASSAY_TEST_BROWSER` may name it.
  static let executable: String? = {
    let environment = ProcessInfo.processInfo.environment
    let names = environment["ASSAY_TEST_BROWSER"].map { [$0] } ?? ["chromium", "chromium-browser", "google-chrome"]
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let candidates = names.flatMap { name in name.hasPrefix("/") ? [name] : folders.map { "\($0)/\(name)" } }
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    if found == nil {
      FileHandle.standardError.write(
        Data("There is no Chromium, so no page was opened; Scripts/setup --tests gets it\n".utf8))
    }
    return found
  }()

  private let process: pid_t
  private let input: Int32
  private let output: Int32
  private let profile: String
  private var buffer: [UInt8] = []
  private var lastID = 0
  /// What the browser told without being asked.
  fileprivate var events: [[String: Any]] = []

  init() throws {
    guard let executable = Self.executable else { throw Failure(description: "no browser") }
    profile = FileManager.default.temporaryDirectory.appending(path: "assay-browser-\(UUID().uuidString)").path
    let (commands, answers) = (try Self.makePipe(), try Self.makePipe())
    (input, output) = (commands.write, answers.read)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The protocol has these two descriptors.
    posix_spawn_file_actions_adddup2(&actions, commands.read, 3)
    posix_spawn_file_actions_adddup2(&actions, answers.write, 4)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    let arguments = [
      executable, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
      "--no-first-run", "--disable-background-networking", "--remote-debugging-pipe", "--user-data-dir=\(profile)",
      "about:blank",
    ]
    let pointers = arguments.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawn(&child, executable, &actions, nil, pointers, environ)
    close(commands.read)
    close(answers.write)
    guard code == 0 else {
      throw Failure(description: "cannot start \(executable): \(String(cString: strerror(code)))")
    }
    process = child
  }

  deinit {
    close(input)
    close(output)
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    try? FileManager.default.removeItem(atPath: profile)
  }

  /// Above the descriptors of the protocol, and closed in every other child.
  private static func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
    let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
    ends.forEach { close($0) }
    return (moved[0], moved[1])
  }

  /// Sends a command and waits for its answer.
  @discardableResult
  func send(_ method: String, _ parameters: [String: Any] = [:], session: String? = nil) throws -> [String: Any] {
    lastID += 1
    var message: [String: Any] = ["id": lastID, "method": method, "params": parameters]
    message["sessionId"] = session
    var bytes = Array(try JSONSerialization.data(withJSONObject: message)) + [0]
    while !bytes.isEmpty {
      let count = write(input, bytes, bytes.count)
      guard count > 0 else { throw Failure(description: "the browser has gone") }
      bytes.removeFirst(count)
    }
    while true {
      let answer = try next()
      guard answer["id"] as? Int == lastID else {
        events.append(answer)
        continue
      }
      if let error = answer["error"] { throw Failure(description: "\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func next() throws -> [String: Any] {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = buffer.firstIndex(of: 0) {
        let message = Data(buffer[..<end])
        buffer.removeFirst(end + 1)
        return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
      }
      var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 120_000) > 0 else { throw Failure(description: "the browser does not answer") }
      let count = read(output, &block, block.count)
      guard count > 0 else { throw Failure(description: "the browser has gone") }
      buffer += block[..<count]
    }
  }
}

/// A page in a browser.
final class BrowserPage {
  private let browser: Browser
  private let session: String
  private let width: Int

  init(in browser: Browser, width: Int, isDark: Bool, media: String = "") throws {
    self.browser = browser
    self.width = width
    let target = try browser.send("Target.createTarget", ["url": "about:blank"])
    let attached = try browser.send(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String ?? ""
    for domain in ["Page", "Runtime", "Log", "Network"] { try send("\(domain).enable") }
    try send(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 900, "deviceScaleFactor": width < 500 ? 2 : 1, "mobile": width < 500])
    try emulate(isDark: isDark, media: media)
  }

  func emulate(isDark: Bool, media: String = "") throws {
    try send(
      "Emulation.setEmulatedMedia",
      ["media": media, "features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
  }

  @discardableResult
  func send(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    try browser.send(method, parameters, session: session)
  }

  /// Opens a file and waits until its charts are drawn.
  func open(_ path: String) throws {
    try send("Page.navigate", ["url": URL(filePath: path).absoluteString])
    for _ in 0..<1200 {
      if try evaluate("document.documentElement?.dataset.charts ?? ''") as? String == "ready" { return }
      usleep(100_000)
    }
    throw Browser.Failure(description: "the charts of \(path) did not get ready")
  }

  /// The value of an expression of JavaScript, as JSON has it.
  func evaluate(_ expression: String) throws -> Any? {
    let answer = try send("Runtime.evaluate", ["expression": expression, "returnByValue": true, "awaitPromise": true])
    if let exception = answer["exceptionDetails"] { throw Browser.Failure(description: "\(expression): \(exception)") }
    return (answer["result"] as? [String: Any])?["value"]
  }

  func number(_ expression: String) throws -> Int { try evaluate(expression) as? Int ?? -1 }
  func text(_ expression: String) throws -> String { try evaluate(expression) as? String ?? "" }

  func mouse(_ type: String, _ x: Double, _ y: Double, isDown: Bool = false) throws {
    try send(
      "Input.dispatchMouseEvent",
      [
        "type": type, "x": x, "y": y, "button": isDown || type != "mouseMoved" ? "left" : "none",
        "buttons": isDown ? 1 : 0, "clickCount": 1,
      ])
  }

  /// Focuses an element and presses a key.
  func press(_ key: String, on element: String) throws {
    _ = try evaluate("(\(element)).focus()")
    for type in ["keyDown", "keyUp"] {
      try send(
        "Input.dispatchKeyEvent",
        ["type": type, "key": key, "code": key, "windowsVirtualKeyCode": 13, "text": type == "keyDown" ? "\r" : ""])
    }
  }

  /// All that was written to the console or went wrong.
  var complaints: [String] {
    events.compactMap { event in
      guard let method = event["method"] as? String,
        ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"].contains(method)
      else { return nil }
      return "\(event["params"] ?? method)"
    }
  }

  /// The addresses that were asked for.
  var requests: [String] {
    events.compactMap { event in
      guard event["method"] as? String == "Network.requestWillBeSent" else { return nil }
      return ((event["params"] as? [String: Any])?["request"] as? [String: Any])?["url"] as? String
    }
  }

  private var events: [[String: Any]] { browser.events.filter { $0["sessionId"] as? String == session } }

  /// Keeps a picture of the whole page.
  func keepScreenshot(_ path: String) throws {
    let height = min(try number("document.documentElement.scrollHeight"), 12_000)
    let answer = try send(
      "Page.captureScreenshot",
      [
        "format": "png", "captureBeyondViewport": true,
        "clip": ["x": 0, "y": 0, "width": width, "height": height, "scale": 1],
      ])
    let data = Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: URL(filePath: path))
  }
}
