import AssayCore
import Platform
import Testing

@Suite("A word in a command to copy means the same to a shell")
struct ShellWordTests {
  @Test(
    "A shell gives the word back, whatever is in it",
    arguments: [
      "net.onnx", "/a/b_c-d.records", "a b; rm -rf x.onnx", "it's", "''", "$HOME `id` \"x\" \\", "~", "-rf", "*?[a]",
      "",
      "a=b", "=ls", "!x", "#x", "µ 模型",
    ])
  func roundTrip(word: String) throws {
    #expect(try echo(word, with: "/bin/sh") == word)
  }

  @Test("Bash gives back words with line breaks and control characters, which the hint shows escaped")
  func control() throws {
    let word = "a\n\u{1B}[31m'\\\u{202E}µ"
    #expect(word.shellQuoted.printable == word.shellQuoted)
    #expect(try echo(word, with: "/bin/bash") == word)
  }

  /// What the shell understands, byte by byte.
  private func echo(_ word: String, with shell: String) throws -> String {
    let outcome = try ProcessSpec(shell, ["-c", "printf %s \(word.shellQuoted) | od -An -v -tx1"]).run()
    let bytes = (outcome.output.text ?? "").split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
