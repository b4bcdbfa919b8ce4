import Glibc

/// Why a file of JSON could not be read.
public struct JSONFileError: Error, CustomStringConvertible {
  public let description: String
}

extension JSONReader {
  /// - Throws: `JSONFileError`, `JSONSyntaxError` or `DecodingError`.
  public static func decode<Value: Decodable>(_ type: Value.Type, fromFile path: String) throws -> Value {
    guard let file = fopen(path, "re") else { throw JSONFileError(description: String(cString: strerror(errno))) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes.append(contentsOf: chunk[..<count]) }
    guard ferror(file) == 0 else { throw JSONFileError(description: String(cString: strerror(errno))) }
    return try decode(type, from: bytes)
  }
}
