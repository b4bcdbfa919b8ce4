import Glibc

/// Runs a body and returns what the process printed on standard error meanwhile.
func capturingStandardError(_ body: () -> Void) -> String {
  guard let file = tmpfile() else {
    body()
    return ""
  }
  defer { fclose(file) }
  let saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
  guard saved >= 0, dup2(fileno(file), STDERR_FILENO) >= 0 else {
    body()
    return ""
  }
  body()
  dup2(saved, STDERR_FILENO)
  close(saved)
  var bytes = [UInt8](repeating: 0, count: 1 << 16)
  let count = pread(fileno(file), &bytes, bytes.count, 0)
  return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
}
