import Foundation
import TestSupport

/// A Swift or C file of the package.
struct SourceFile {
  /// From the root of the package.
  let path: String
  /// The text without comments that fill a line.
  let code: String

  /// The modules that a Swift file imports, in the lines before its first declaration.
  var imports: [String] {
    guard path.hasSuffix(".swift") else { return [] }
    let lines = code.split(separator: "\n").map { $0.split(separator: " ") }
    return lines.prefix { $0.prefix(3).contains("import") }.compactMap { words in
      // `import struct Foundation.Data` names the module after the kind.
      let name = words.drop { $0 != "import" }.dropFirst().first { !Self.kinds.contains($0) }
      return name.map { String($0.prefix { $0 != "." }) }
    }
  }

  /// Whether the code has a word, not as a part of a longer one.
  func contains(word: String) -> Bool {
    code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == word }
  }

  static func all(in folder: String) throws -> [SourceFile] {
    let root = PackageFiles.path(folder)
    return try FileManager.default.subpathsOfDirectory(atPath: root).sorted()
      .filter { name in [".swift", ".c", ".h"].contains { name.hasSuffix($0) } }
      .map { name in
        let text = try String(contentsOfFile: "\(root)/\(name)", encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        return SourceFile(path: "\(folder)/\(name)", code: lines.joined(separator: "\n"))
      }
  }

  private static let kinds: Set<Substring> = [
    "actor", "class", "enum", "func", "let", "protocol", "struct", "typealias", "var",
  ]
}
