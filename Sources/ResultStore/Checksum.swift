public import Foundation

/// SHA-256 as coreutils computes it: every system has them, and they use the processor's own instructions.
public enum Checksum {
  /// The sum in hexadecimal of all that can be read; `nil` where there is no `sha256sum`.
  public static func sha256(of file: FileHandle) throws -> String? { try sum(of: file) {} }

  /// The sum of a text in UTF-8; `nil` where there is no `sha256sum`.
  public static func sha256(of text: String) throws -> String? {
    let pipe = Pipe()
    return try sum(of: pipe) {
      try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      try pipe.fileHandleForWriting.close()
    }
  }

  /// - Parameters:
  ///   - input: a file handle or a pipe.
  ///   - feed: writes into the pipe, once the program that reads it runs: a pipe holds little.
  private static func sum(of input: Any, feed: () throws -> Void) throws -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sha256sum")
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/sha256sum") else { return nil }
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try feed()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text.split(separator: " ").first.map(String.init) : nil
  }
}
