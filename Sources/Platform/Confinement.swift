public import AssayCore
import CPlatform
import Glibc

/// What this process may still do after it has confined itself: read some files, write others. It can start no program, open no socket, and
/// see or signal no process that it did not start.
///
/// Landlock denies everything below `/` that is not listed; a seccomp filter refuses system calls that Landlock does not know. Neither
/// costs anything where no system call is made, as in the timed loop. Both hold for the calling thread and what it starts, so this comes before
/// any other thread.
public struct Confinement: Sendable {
  /// Files, and folders with all below them. Those that do not exist are passed over.
  public var readable: [String] = []
  /// Likewise; also readable.
  public var writable: [String] = []
  /// Devices, and folders of them, to read, write and control.
  public var devices: [String] = []

  public init() {}

  /// Confines this process for good.
  ///
  /// - Throws: `.unsupported` with what the kernel lacks.
  public func enter() throws(AssayError) {
    guard assay_landlock_version() > 0 else { throw Self.missingLandlock(errno) }
    let number = assay_landlock_begin()
    guard number >= 0 else { throw Self.failure("Landlock", .last) }
    let rules = FileDescriptor(owning: number)
    for path in readable { try allow(path, assay_access_read, in: rules) }
    for path in writable { try allow(path, assay_access_write, in: rules) }
    for path in devices { try allow(path, assay_access_device, in: rules) }
    guard assay_landlock_enforce(rules.number) == 0 else { throw Self.failure("Landlock", .last) }
    guard assay_drop_capabilities() == 0 else { throw Self.failure("dropping privileges", .last) }
    guard assay_refuse_system_calls() == 0 else { throw Self.failure("seccomp", .last) }
  }

  private func allow(_ path: String, _ access: assay_access, in rules: FileDescriptor) throws(AssayError) {
    guard assay_landlock_allow(rules.number, path, access) != 0 else { return }
    // What cannot be looked up cannot be opened either.
    guard ![ENOENT, ENOTDIR, EACCES, ELOOP, ENXIO].contains(errno) else { return }
    throw Self.failure("Landlock for \(path)", .last)
  }

  private static func missingLandlock(_ code: Int32) -> AssayError {
    AssayError(
      .unsupported, "--sandbox needs Landlock, which this kernel does not offer: \(SystemError(code: code)).",
      advice: code == EOPNOTSUPP
        ? "Enable it at boot: add landlock to the kernel's option lsm=."
        : "Linux 5.13 and newer can have it (CONFIG_SECURITY_LANDLOCK); a container may forbid it. Or measure without --sandbox."
    )
  }

  private static func failure(_ part: String, _ error: SystemError) -> AssayError {
    AssayError(
      .unsupported, "--sandbox cannot confine the worker by \(part): \(error).",
      advice: "Linux 5.13 and newer can, unless a container forbids it. Or measure without --sandbox.")
  }
}
