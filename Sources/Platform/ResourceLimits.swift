public import AssayCore
import CPlatform
import Glibc

/// The limits that a shell or container sets for a process.
public enum ResourceLimits {
  /// Enough for the store, a comparison of a few cells, and the files that are open between two steps.
  private static let files: UInt = 32
  private static let fileBytes: UInt = 1 << 20
  private static let memoryBytes = 96 << 20

  /// Checks for room to work, and makes the best of little, because what fails later fails in worse ways: Swift ends a process that is out of memory.
  ///
  /// - Throws: `.inputOutput`, which names the limit.
  public static func check() throws(AssayError) {
    if let limit = limit(Int32(RLIMIT_NOFILE.rawValue)), limit < files {
      throw AssayError(
        .inputOutput, "This process may have only \(limit) files open; Assay needs \(files).",
        advice: "Raise the limit, as with: ulimit -n 1024")
    }
    if let limit = limit(Int32(RLIMIT_FSIZE.rawValue)), limit < fileBytes {
      throw AssayError(
        .inputOutput,
        "This process may write files of only \(limit) bytes; Assay needs \(fileBytes), and long runs more.",
        advice: "Raise the limit, as with: ulimit -f unlimited")
    }
    if addressSpace != nil { assay_share_heap() }
    let memory = mmap(nil, memoryBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard memory != MAP_FAILED else {
      throw AssayError(
        .inputOutput,
        "There is too little memory for this process: \(SystemError.last). Assay needs \(memoryBytes >> 20) MiB.",
        advice: "End other programs, or raise the limit, as with: ulimit -v unlimited")
    }
    munmap(memory, memoryBytes)
  }

  /// What a library ran short of, by the system's words in what it says: it has no other way to tell.
  public static func shortage(in text: String) -> (of: String, limit: String)? {
    let signs: [(text: String, of: String, limit: String)] = [
      (SystemError(code: EAGAIN).description, "threads", "ulimit -u"),
      (SystemError(code: EMFILE).description, "open files", "ulimit -n"),
      (SystemError(code: ENFILE).description, "open files", "sysctl fs.file-max"),
      (SystemError(code: ENOMEM).description, "memory", "ulimit -v"),
      // Of C++ and of Swift.
      ("bad_alloc", "memory", "ulimit -v"), ("failed to allocate", "memory", "ulimit -v"),
      ("can't alloc", "memory", "ulimit -v"),
    ]
    // The loader does not say why it cannot map a library: the file system may also forbid it.
    let loader = addressSpace == nil ? [] : [("failed to map segment", "memory", "ulimit -v")]
    return (signs + loader).first { text.contains($0.text) }.map { ($0.of, $0.limit) }
  }

  /// The most bytes of memory and files that this process and its children may map (`ulimit -v`); `nil` without a limit.
  public static var addressSpace: UInt? { limit(Int32(RLIMIT_AS.rawValue)) }

  private static func limit(_ resource: __rlimit_resource_t) -> UInt? {
    var limits = rlimit()
    guard getrlimit(resource, &limits) == 0, limits.rlim_cur != .max else { return nil }
    return limits.rlim_cur
  }
}
