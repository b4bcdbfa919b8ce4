import AssayCore
import Foundation
import Platform

/// Finds the commit and branch of the current folder, while other things are prepared.
///
/// Git tells them, because only Git knows whether files have changed. It gets none of the variables that change its behaviour and takes no lock, so
/// that it changes nothing and asks nothing. Where it is not installed, refuses the folder or takes too long, nothing is known.
public final class CommitLookup {
  private let git: ChildProcess?
  /// The commit; the first use waits for Git. `nil` where there is none.
  private(set) lazy var origin = text().flatMap(RunOrigin.init(gitStatus:))

  /// Seconds that Git may take in a large repository, once nothing else is left to prepare.
  private static let patience = 3.0

  /// Starts Git.
  public init() { git = Self.start() }

  /// Where nothing is measured, nobody waits for Git.
  deinit { git?.signal(SIGKILL) }

  private static func start() -> ChildProcess? {
    let variables = ProcessInfo.processInfo.environment
    let path = variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    guard let git = ProcessSpec.locate("git", path: path) else { return nil }
    let spec = ProcessSpec(
      git,
      [
        "-c", "core.fsmonitor=false", "status", "--porcelain=v2", "--branch", "--untracked-files=no",
        "--ignore-submodules=dirty",
      ],
      environment: [
        "PATH": path, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0",
        // Where the user declares folders of other owners as safe.
        "HOME": variables["HOME"] ?? "/",
      ],
      streams: [STDIN_FILENO: .null, STDOUT_FILENO: .output, STDERR_FILENO: .null])
    return try? ChildProcess(spec)
  }

  /// All that Git prints; `nil` if it fails or takes too long. Git has then ended.
  private func text() -> String? {
    guard let git, let output = git.stream(STDOUT_FILENO) else { return nil }
    defer { git.wait() }
    let end = MonotonicClock.seconds() + Self.patience
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      guard output.waitUntilReadable(seconds: max(0, end - MonotonicClock.seconds())) else {
        git.signal(SIGKILL)
        return nil
      }
      guard let count = try? output.read(into: &block), count > 0 else { break }
      // The branch comes first; of the changes, one is enough.
      if text.count < 1 << 16 { text += block[..<count] }
    }
    return git.wait() == .exited(0) ? String(decoding: text, as: UTF8.self) : nil
  }
}

extension RunOrigin {
  /// Reads what `git status --porcelain=v2 --branch` prints; `nil` without a commit.
  init?(gitStatus lines: String) {
    self.init()
    isChanged = false
    for line in lines.split(separator: "\n") {
      if line.hasPrefix("# branch.oid ") {
        let name = line.dropFirst(13)
        commit = name.allSatisfy(\.isHexDigit) ? String(name) : nil
      } else if line.hasPrefix("# branch.head ") {
        let name = line.dropFirst(14)
        branch = name == "(detached)" ? nil : String(name)
      } else if !line.hasPrefix("#") {
        isChanged = true
      }
    }
    guard commit != nil else { return nil }
  }
}
