import Foundation
import Glibc
import Platform

/// A real `sshd` on a loopback port, whose sessions see another file system: a root that holds a worker, a shell and the libraries that they
/// need. Only root can start one.
public final class SecureShellServer {
  /// The root of its sessions.
  public let root: String
  private let sandbox: Sandbox
  private let server: RunningProgram
  private let port: Int

  /// The operating system that a worker there describes.
  public static let system = "Board Linux 1.0"
  /// The home folder of its sessions, below their root.
  public static let home = "/root"

  /// Whether this machine can run one. Says why not on standard error: a skipped test is silent.
  public static let isAvailable: Bool = {
    let missing = ["sshd", "ssh", "ssh-keygen", "ldd"].filter { program($0) == nil }
    let reason =
      geteuid() != 0
      ? "only root can give sshd another root" : missing.isEmpty ? nil : "\(missing.joined(separator: ", ")) is missing"
    guard let reason else { return true }
    FileHandle.standardError.write(
      Data("--via is not tested over ssh: \(reason). Install what is missing with: Scripts/setup --tests\n".utf8))
    return false
  }()

  /// Starts the server and waits until it answers.
  ///
  /// - Parameter hasWorker: whether a worker is on the search path there; if not, there is what Assay needs to bring one.
  public init(hasWorker: Bool = true) throws {
    sandbox = try Sandbox()
    // Every folder above the root of a session must belong to root and to nobody else, which rules out /tmp.
    root = try Folder.makeUnique("/var/lib/assay-test-")
    chmod(root, 0o755)
    try Self.fill(root)
    try hasWorker ? Self.installWorker(root) : Self.installTools(root)
    port = try Self.freePort()
    for key in ["host", "user"] {
      let made = try sandbox.shell("ssh-keygen -q -t ed25519 -N '' -f \(key)")
      guard made.status == 0 else { throw ProgramError("ssh-keygen failed: \(made)") }
    }
    // sshd wants this folder for its own safety.
    try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    try sandbox.write(Data(Self.settings(sandbox, root: root, port: port).utf8), to: "sshd_config")
    server = try sandbox.start([Self.program("sshd") ?? "", "-D", "-e", "-f", sandbox.path("sshd_config")])
    _ = try server.wait(seconds: 10, for: "sshd to answer") {
      (try? sandbox.shell("\(command) true"))?.status == 0 ? true : nil
    }
  }

  deinit {
    endSessions()
    server.send(SIGTERM)
    _ = try? server.wait(seconds: 5)
    Folder.removeAll(root)
  }

  /// The prefix that runs a command there.
  public var command: String {
    let options = [
      "StrictHostKeyChecking=no", "UserKnownHostsFile=\(sandbox.path("known"))", "BatchMode=yes", "IdentitiesOnly=yes",
      "LogLevel=ERROR",
    ]
    return "ssh -F /dev/null \(options.map { "-o \($0)" }.joined(separator: " ")) -i \(sandbox.path("user")) "
      + "-p \(port) root@127.0.0.1"
  }

  /// Kills the processes of all sessions, as a network that breaks does.
  public func endSessions() {
    for session in server.children {
      kill(session, SIGKILL)
    }
  }

  /// Copies a library and what it needs to the same or another path below the root.
  public func install(_ library: String, as path: String) throws { try Self.copy(library, to: path, below: root) }

  private static func fill(_ root: String) throws {
    for folder in [
      home, "/tmp", "/dev", "/etc", "/proc", "/sys/class/thermal/thermal_zone0", "/sys/devices/system/cpu",
    ] {
      try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
    }
    // sshd starts the user's own shell.
    let shell = getpwuid(0).flatMap { String(cString: $0.pointee.pw_shell) } ?? "/bin/sh"
    for path in Set(["/bin/sh", shell]) { try copy("/bin/sh", to: path, below: root) }
    for (path, text) in [
      ("/etc/os-release", "PRETTY_NAME=\"\(system)\"\n"), ("/sys/class/thermal/thermal_zone0/type", "board\n"),
      ("/sys/class/thermal/thermal_zone0/temp", "61500\n"),
    ] {
      try Data(text.utf8).write(to: URL(filePath: root + path))
    }
    // Engines ask these how many processors there are.
    for path in ["/proc/cpuinfo", "/sys/devices/system/cpu/possible", "/sys/devices/system/cpu/present"] {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
      try Data(text.utf8).write(to: URL(filePath: root + path))
    }
  }

  private static func installWorker(_ root: String) throws {
    try copy(Sandbox.program("assay-worker"), to: "/usr/bin/assay-worker", below: root)
  }

  private static func installTools(_ root: String) throws {
    for library in try libraries(of: Sandbox.program("assay-worker")) { try copy(library, to: library, below: root) }
    for tool in ["chmod", "head", "mkdir", "mktemp", "mv", "rm", "sha256sum", "uname"] {
      guard let path = program(tool) else { throw ProgramError("There is no \(tool).") }
      try copy(path, to: "/usr/bin/\(tool)", below: root)
    }
  }

  private static func copy(_ source: String, to path: String, below root: String) throws {
    let files = [(source, path)] + (try libraries(of: source).map { ($0, $0) })
    for (source, path) in files {
      let target = URL(filePath: root + path)
      guard !FileManager.default.fileExists(atPath: target.path) else { continue }
      try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: URL(filePath: source).resolvingSymlinksInPath(), to: target)
    }
  }

  /// The paths that the loader finds.
  private static func libraries(of program: String) throws -> [String] {
    let listing = try Sandbox().shell("ldd '\(program)'")
    return listing.standardOutput.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first { $0.trimmingCharacters(in: .whitespaces).hasPrefix("/") }
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  private static func program(_ name: String) -> String? {
    ProcessSpec.locate(name, path: "/usr/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin")
  }

  private static func settings(_ sandbox: Sandbox, root: String, port: Int) -> String {
    """
    Port \(port)
    ListenAddress 127.0.0.1
    HostKey \(sandbox.path("host"))
    AuthorizedKeysFile \(sandbox.path("user.pub"))
    ChrootDirectory \(root)
    PermitRootLogin prohibit-password
    PasswordAuthentication no
    StrictModes no
    UsePAM no
    PidFile none
    """
  }

  /// A port that was free a moment ago.
  private static func freePort() throws -> Int {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard found else { throw ProgramError("There is no free port for sshd.") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
