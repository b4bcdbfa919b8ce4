import AssayCore
import Testing

@Suite("Text from outside is shown, and nothing obeys it")
struct PrintableTextTests {
  /// Moves the cursor, sets the title, C1 controls, reverses the direction, ends lines.
  static let hostile = "a\u{1B}[2Jb\u{9B}31mc\u{202E}d\u{2066}e\u{2028}f\r\ng\u{7}h\ti\u{0}"

  @Test("One printable line keeps its words and no character that a terminal obeys")
  func oneLine() {
    #expect(Self.hostile.printable == "a?[2Jb?31mc?d?e f  g?h i?")
    #expect("µ – 模型 👩‍🔬 é".printable == "µ – 模型 👩‍🔬 é")
  }

  @Test("Printable lines keep their line feeds and tabs")
  func lines() {
    #expect("a\n\tb\u{1B}c\rd".printableLines == "a\n\tb?c d")
  }

  @Test("A URL is shown without its user and password, also one that is cut short")
  func credentials() {
    let pairs = [
      ("Looking in https://user:pa:ss@host/simple, http://h/a@b", "Looking in https://…@host/simple, http://h/a@b"),
      ("http://token@h http://h:80/", "http://…@h http://h:80/"), ("socks5://a:b@c@host:1080", "socks5://…@host:1080"),
      ("a@b", "a@b"), ("x://", "x://"), ("'ftp://u:p@h'", "'ftp://…@h'"),
    ]
    for (text, expected) in pairs { #expect(text.withoutCredentials == expected) }
  }
}
