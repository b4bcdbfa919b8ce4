public import AssayCore
import Foundation
public import Yams

/// YAML files that users write.
public enum YAMLFile {
  /// Larger files are refused.
  private static let maximumBytes = 16 << 20

  /// What stands in a file.
  ///
  /// - Parameters:
  ///   - noun: what the file is: `study`.
  ///   - beginning: what such a file begins with: `study: 1`.
  /// - Throws: `.inputOutput` if it cannot be read; `.badData` if it is empty or no YAML.
  public static func root(_ path: String, noun: String, beginning: String) throws(AssayError) -> Node {
    // An endless file must not fill the memory.
    guard let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: maximumBytes + 1) ?? Data()
    else {
      throw AssayError(.inputOutput, "Cannot read the \(noun) \(path).", advice: "Is it there, and readable?")
    }
    guard data.count <= maximumBytes, let text = String(data: data, encoding: .utf8) else {
      throw AssayError(.badData, "\(path) is no \(noun): it is not UTF-8, or larger than 16 MiB.")
    }
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw AssayError(.badData, "\(path) is empty.", advice: "A \(noun) begins with: \(beginning)")
      }
      return node
    } catch let error as AssayError {
      throw error
    } catch let error as YamlError {
      throw AssayError(.badData, sentence(error, path))
    } catch {
      throw AssayError(.badData, "\(path) is no YAML.")
    }
  }

  private static func sentence(_ error: YamlError, _ path: String) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "\(path):\(mark.line):\(mark.column): This is no YAML: \(problem)."
    case .duplicatedKeysInMapping(let duplicates, let context):
      "\(path):\(context.mark.line):\(context.mark.column): \(duplicates.sorted().joined(separator: ", ")) stands here twice."
    default: "\(path) is no YAML: \(error)"
    }
  }

  /// A path that stands in a file of a folder.
  public static func path(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
  }
}
