import Foundation
import JSONCoding
import Testing

@Suite("JSON without Foundation")
struct JSONCodingTests {
  struct Everything: Codable, Hashable {
    enum Choice: Codable, Hashable {
      case bare
      case labelled(count: Int, name: String?)
      case nested([Double])
    }

    var text = "tab\t quote\" slash\\ / é 🙂 \u{1} \u{2028}"
    var seed = UInt64.max
    var least = Int64.min
    var small: Int8 = -7
    var double = 0.1 + 0.2
    var tiny = Double.leastNonzeroMagnitude
    var float: Float = 1.1
    var flag = true
    var absent: String?
    var present: Int? = 3
    var list = [1, 2, 3]
    var optionals: [Int?] = [1, nil]
    var empty: [String] = []
    var table = ["a": [Choice.bare], "b": [.labelled(count: 2, name: nil), .nested([1, 2.5])]]
    var numbered = [1: "one", 2: "two"]
  }

  @Test("What is written is read again, and Foundation reads and writes the same")
  func roundTrips() throws {
    let value = Everything()
    #expect(try JSONReader.decode(Everything.self, from: JSONWriter.encode(value)) == value)
    #expect(try JSONDecoder().decode(Everything.self, from: Data(JSONWriter.encode(value))) == value)
    #expect(try JSONReader.decode(Everything.self, from: Array(JSONEncoder().encode(value))) == value)
  }

  @Test("Values that are not in containers are JSON, too")
  func fragments() throws {
    #expect(try JSONWriter.encode([String: Int]()) == Array("{}".utf8))
    #expect(try JSONWriter.encode([Int]()) == Array("[]".utf8))
    #expect(try JSONWriter.encode("a") == Array("\"a\"".utf8))
    #expect(try JSONReader.decode(Int.self, from: Array(" 12 ".utf8)) == 12)
    #expect(try JSONReader.decode(Int?.self, from: Array("null".utf8)) == nil)
    #expect(try JSONReader.decode(String.self, from: Array(#""\ud83d\ude42\u00e9\/""#.utf8)) == "🙂é/")
    #expect(try JSONReader.decode(Int.self, from: Array("1e3".utf8)) == 1000)
  }

  @Test(
    "What is no JSON is refused",
    arguments: [
      "", " ", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e", "nul", "tru",
      "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"", "1 1", "'a'", "NaN",
    ])
  func syntax(_ text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONReader.decode([Int].self, from: Array(text.utf8)) }
  }

  @Test("Bytes that are no UTF-8 and nesting without end are refused")
  func hostile() {
    #expect(throws: JSONSyntaxError.self) { try JSONReader.decode(String.self, from: [0x22, 0xFF, 0x22]) }
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
    #expect(throws: JSONSyntaxError.self) { try JSONReader.decode([Int].self, from: deep) }
  }

  @Test("What does not fit the type is refused with the place")
  func mismatches() {
    func reads<Value: Decodable>(_ text: String, _ type: Value.Type) throws -> Value {
      try JSONReader.decode(type, from: Array(text.utf8))
    }
    #expect(throws: DecodingError.self) { try reads("256", UInt8.self) }
    #expect(throws: DecodingError.self) { try reads("1.5", Int.self) }
    #expect(throws: DecodingError.self) { try reads("1e999", Double.self) }
    #expect(throws: DecodingError.self) { try reads("\"1\"", Int.self) }
    #expect(throws: DecodingError.self) { try reads("1", String.self) }
    #expect(throws: DecodingError.self) { try reads("1", Bool.self) }
    #expect(throws: DecodingError.self) { try reads("{\"text\": 1}", Everything.self) }
    #expect(throws: DecodingError.self) { try reads("[{\"bare\": {}}, {}]", [Everything.Choice].self) }
    #expect(throws: EncodingError.self) { try JSONWriter.encode([Double.nan]) }
  }

  @Test("A file that is missing, a folder or damaged is refused in words")
  func files() throws {
    #expect(throws: JSONFileError.self) { try JSONReader.decode(Int.self, fromFile: "/nowhere/at-all.json") }
    #expect(throws: JSONFileError.self) { try JSONReader.decode(Int.self, fromFile: "/proc") }
    #expect(throws: JSONSyntaxError.self) { try JSONReader.decode(Int.self, fromFile: "/dev/null") }
  }
}
