import Glibc

/// Messages and progress on standard error.
enum Terminal {
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard output is shown to a person as it comes.
  static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns of the terminal, or 80.
  static var width: Int { width(of: STDERR_FILENO) }

  /// Columns of the terminal on standard output, or 80.
  static var outputWidth: Int { width(of: STDOUT_FILENO) }

  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  static func message(_ text: String) { write(text + "\n") }

  /// A failure to write to standard error has nowhere to go.
  static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }
}
