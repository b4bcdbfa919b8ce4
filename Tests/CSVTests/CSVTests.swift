import AssayCore
import CSV
import Foundation
import Testing

@Suite("CSV is written and read as RFC 4180 has it")
struct CSVTests {
  private func rows(_ bytes: some DataProtocol, delimiter: UInt8? = UInt8(ascii: ",")) throws -> [[String]] {
    let file = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    let reader = try CSVReader(opening: file.path, delimiter: delimiter)
    var rows: [[String]] = []
    while try reader.next() { rows.append(reader.row.texts) }
    return rows
  }

  @Test("What is written is read again, whatever the fields hold")
  func roundTrip() throws {
    let fields = ["", "plain", "a,b", "say \"hi\"", "two\nlines", "\r", " spaces ", "é,µ"]
    #expect(try rows(Data(CSVText.line(fields).utf8)) == [fields])
    #expect(CSVText.line(["a,b", "c\"d", "e"]) == "\"a,b\",\"c\"\"d\",e\n")
  }

  @Test(
    "A name that a spreadsheet would take for a formula gets an apostrophe; others stay as they are",
    arguments: [
      ("=1+1", "'=1+1"), ("+a", "'+a"), ("-a.onnx", "'-a.onnx"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "' =1"),
      ("\r=1", "' =1"), ("  =1", "'  =1"), ("＝1", "'＝1"), ("a=1", "a=1"), ("", ""), ("'=1", "'=1"), ("a\nb", "a b"),
      ("\u{1B}[31m", "?[31m"),
    ])
  func formulas(name: String, field: String) {
    #expect(CSVText.name(name) == field)
    #expect(CSVText.name(field) == field)
  }

  @Test("A table has its titles first, and leaves unknown fields empty")
  func table() {
    let columns: [CSVText.Column<Int?>] = [("number", { $0.map(String.init) }), ("twice", { $0.map { "\($0 * 2)" } })]
    #expect(CSVText.table(columns, of: [3, nil]) == "number,twice\n3,6\n,\n")
  }

  @Test(
    "Line ends, empty lines, marks and delimiters of all kinds",
    arguments: ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "\u{FEFF}a;b\n\n1;2", "a\tb\n1\t2\n\n", "\"a\",b\n1,\"2\""])
  func forms(text: String) throws {
    #expect(try rows(Data(text.utf8), delimiter: nil) == [["a", "b"], ["1", "2"]])
  }

  @Test("A quoted empty field makes a row; an empty line does not")
  func empty() throws {
    #expect(try rows(Data("\"\"\n\n,\n".utf8)) == [[""], ["", ""]])
    #expect(try rows(Data()) == [])
  }

  @Test("A row knows its line, which fields are quoted, and its first flaw")
  func flaws() {
    func row(_ text: String) -> CSVRow {
      var row = CSVRow()
      for byte in text.utf8 { _ = row.take(byte) }
      _ = row.finish()
      return row
    }
    let good = row("\"a\nb\",c\r")
    #expect(good.flaw == nil && good.isQuoted(0) && !good.isQuoted(1) && good.line == 1)
    #expect(row("a\"b,c").flaw == .strayQuote)
    #expect(row("\"a\"b,c\"").flaw == .textAfterQuote)
    #expect(row("\"a\"\"b\"").flaw == nil)
  }

  @Test("A row without an end, UTF-16 and a missing file are refused")
  func refusals() {
    let endless = #expect(throws: AssayError.self) { try rows(Data("a\n\"".utf8) + Data(count: 3 << 20)) }
    #expect(endless?.message.hasSuffix("line 2: the line has no end.") == true)
    let wide = #expect(throws: AssayError.self) { try rows(Data([0xFF, 0xFE, 0x61, 0])) }
    #expect(wide?.advice == "Save it as UTF-8.")
    let missing = #expect(throws: AssayError.self) { try CSVReader(opening: "/no/such.csv") }
    #expect(missing?.code == .inputOutput)
  }
}
