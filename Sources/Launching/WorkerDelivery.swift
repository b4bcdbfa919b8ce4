public import AssayCore
import Glibc
public import Platform

/// Brings this machine's worker to another one, where it lies beside models and images under its SHA-256, so that it is sent once.
///
/// One shell there answers each step with a line, and only then gets what follows: a shell may read ahead.
public struct WorkerDelivery {
  private let launch: WorkerLaunch
  private let program: [UInt8]
  private let sha256: String
  private var outgoing: ArraySlice<UInt8>
  private var incoming: [UInt8] = []
  private var errors = OutputTail()
  private var answer: Answer?
  private var openStreams: Set<Int32> = [STDOUT_FILENO, STDERR_FILENO]

  private enum Answer {
    case found(String)
    /// The shell waits for the program, which will lie at this path.
    case lacks(String)
    case cannotWrite(String)
    case otherArchitecture(String)
    case chatter
  }

  /// Seconds without a step or a byte after which the other side counts as lost.
  private static let patience = 60.0
  private static let shell = "/bin/sh"
  /// No program is larger.
  private static let sizeLimit = 1 << 30
  private static let pieceLength = 1 << 18

  /// The path behind a prefix at which a worker of this build lies: that of this machine, or one on the search path of a machine of another
  /// architecture.
  ///
  /// - Parameter worker: the program of this machine's worker.
  /// - Throws: `.inputOutput` where none can be brought there, `.timedOut`, `.interrupted`, `.protocolViolation`
  public static func program(
    behind via: String, worker: String, interrupts: InterruptListener? = nil
  ) throws(AssayError) -> String {
    var delivery = try WorkerDelivery(worker, behind: via)
    return try delivery.deliver(via, interrupts: interrupts)
  }

  private init(_ worker: String, behind via: String) throws(AssayError) {
    launch = WorkerLaunch(program: Self.shell, via: via)
    do throws(SystemError) {
      program = try FileDescriptor.contents(of: worker, limit: Self.sizeLimit)
    } catch {
      throw AssayError(.inputOutput, "Cannot read \(worker): \(error).")
    }
    var digest = SHA256()
    program.withUnsafeBytes { digest.update($0) }
    sha256 = digest.hexDigest
    outgoing = Array(Self.script(sha256, bytes: program.count).utf8)[...]
  }

  /// One line, which the shell has read whole before it begins. A copy that does not run there is not kept.
  private static func script(_ sha256: String, bytes: Int) -> String {
    """
    { own=$(command -v assay-worker); export PATH="${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin"; machine=$(uname -m); \
    case $XDG_CACHE_HOME in /*) folder=$XDG_CACHE_HOME;; *) folder=${HOME:?}/.cache;; esac; \
    folder=$folder/assay/content; file=$folder/\(sha256); \
    if [ "$machine" != \(HostDescription.buildArchitecture) ]; then \
    if [ -n "$own" ]; then echo "assay found $own"; else echo "assay other $machine"; fi; \
    elif [ -x "$file" ]; then echo "assay found $file"; \
    elif ! mkdir -p "$folder" || ! draft=$(mktemp "$file.XXXXXX"); then echo "assay cannot $file"; else echo "assay lacks $file"; \
    head -c \(bytes) > "$draft" && [ "$(sha256sum < "$draft")" = "\(sha256)  -" ] && chmod 700 "$draft" \
    && : | "$draft" >&2 && mv -f "$draft" "$file" && echo "assay found $file"; rm -f "$draft"; fi; exit; }

    """
  }

  private mutating func deliver(_ via: String, interrupts: InterruptListener?) throws(AssayError) -> String {
    let process = try launch.start()
    defer { process.signal(SIGKILL) }
    var deadline = MonotonicClock.seconds() + Self.patience
    var hasEnded = false
    while !hasEnded {
      hasEnded = wait(for: process, interrupts, until: deadline)
      if interrupts?.isInterrupted == true {
        throw AssayError(.interrupted, "Interrupted before anything was measured.")
      }
      if exchange(process) { deadline = MonotonicClock.seconds() + Self.patience }
      if case .chatter = answer { throw launch.chatter(via) }
      guard MonotonicClock.seconds() < deadline else { throw Self.silence(via) }
    }
    switch answer {
    case .found(let path): return path
    case .otherArchitecture(let name): throw Self.otherArchitecture(name, via)
    case .lacks(let path), .cannotWrite(let path): throw Self.notKept(path, via, printed: errors.text)
    case .chatter: throw launch.chatter(via)
    case nil: throw launch.unanswered(via, process.wait(), printed: errors.text)
    }
  }

  /// Reads and writes what can be without waiting.
  ///
  /// - Returns: whether any byte moved.
  private mutating func exchange(_ process: ChildProcess) -> Bool {
    let heard = incoming.count + errors.totalCount
    for stream in openStreams {
      let mayHaveMore = WorkerProcess.drain(process.stream(stream)?.number ?? -1) { bytes in
        if stream == STDOUT_FILENO { incoming += bytes } else { errors.append(bytes) }
      }
      if !mayHaveMore { openStreams.remove(stream) }
    }
    var hasMoved = incoming.count + errors.totalCount > heard
    while let end = incoming.firstIndex(of: UInt8(ascii: "\n")) {
      take(String(decoding: incoming[..<end], as: UTF8.self))
      incoming.removeSubrange(...end)
    }
    // A shell that is gone is noticed by its end.
    if !outgoing.isEmpty, let count = try? process.writeSome(outgoing.prefix(Self.pieceLength)), count > 0 {
      outgoing = outgoing.dropFirst(count)
      hasMoved = true
    }
    return hasMoved
  }

  private mutating func take(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3, words[0] == "assay" else { return answer = .chatter }
    switch words[1] {
    case "found": answer = .found(words[2])
    case "other": answer = .otherArchitecture(words[2])
    case "cannot": answer = .cannotWrite(words[2])
    case "lacks":
      answer = .lacks(words[2])
      outgoing = program[...]
    default: answer = .chatter
    }
  }

  /// Sleeps until there is something to read or write.
  ///
  /// - Returns: whether the process has ended.
  private func wait(for process: ChildProcess, _ interrupts: InterruptListener?, until time: Double) -> Bool {
    let read = [process.ended.number, interrupts?.descriptor] + openStreams.map { process.stream($0)?.number }
    let written = outgoing.isEmpty ? nil : process.stream(STDIN_FILENO)?.number
    var entries = read.map { pollfd(fd: $0 ?? -1, events: Int16(POLLIN), revents: 0) }
    entries.append(pollfd(fd: written ?? -1, events: Int16(POLLOUT), revents: 0))
    let milliseconds = Int32(max((time - MonotonicClock.seconds()) * 1000, 0).rounded(.up))
    poll(&entries, nfds_t(entries.count), milliseconds)
    return entries[0].revents != 0
  }
}

// What goes wrong.
extension WorkerDelivery {
  private static let byHand =
    "Copy an assay-worker of the same build there, and name its path there with ASSAY_REMOTE_WORKER."

  private static func otherArchitecture(_ name: String, _ via: String) -> AssayError {
    let machine = name.isEmpty ? "a machine that does not name its architecture" : "a machine of \(name)"
    return AssayError(
      .inputOutput,
      "Behind \"\(via)\" is \(machine), which has no assay-worker, and that of this machine is for "
        + "\(HostDescription.buildArchitecture).",
      advice: "Build assay-worker for that machine and copy it onto the search path there, or name its path there with "
        + "ASSAY_REMOTE_WORKER.")
  }

  private static func notKept(_ path: String, _ via: String, printed: String?) -> AssayError {
    let last = printed?.split(separator: "\n").last.map { " It printed: \($0)" } ?? ""
    return AssayError(
      .inputOutput, "Behind \"\(via)\" the worker could not be kept as \(path), or does not run there.\(last)",
      advice: "Free some space there, or set XDG_CACHE_HOME there to a folder that may hold programs. Or: \(byHand)")
  }

  private static func silence(_ via: String) -> AssayError {
    AssayError(
      .timedOut, "\"\(via)\" did nothing for \(Int(patience)) s before a worker answered.",
      advice: "It cannot be asked for a password; try it by hand without one: \(via) true")
  }
}
