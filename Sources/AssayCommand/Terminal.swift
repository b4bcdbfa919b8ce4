import AssayCore
import Foundation
import Glibc
import Report

/// Messages and progress on standard error.
enum Terminal {
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard output is shown to a person as it comes.
  static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns of the terminal, or 80.
  static var width: Int { width(of: STDERR_FILENO) }

  /// Columns of the terminal on standard output, or 80.
  static var outputWidth: Int { width(of: STDOUT_FILENO) }

  /// Standard output, for tables. `COLUMNS` overrides its width; without a terminal it has 80 columns and no colour.
  static func screen(_ color: ColorChoice, isVerbose: Bool) -> Screen {
    let environment = ProcessInfo.processInfo.environment
    let given = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 >= 20 ? $0 : nil }
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
    let hasColor =
      switch color {
      case .always: true
      case .never: false
      case .auto: showsOutput && !isPlain
      }
    return Screen(columns: given ?? outputWidth, hasColor: hasColor, isVerbose: isVerbose)
  }

  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Writes lines. Nothing in them moves the cursor or changes colours.
  static func message(_ text: String) { write(text.printableLines + "\n") }

  /// A failure to write to standard error has nowhere to go.
  static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }
}
