import AssayCore
import CEngineAPIs
import Glibc

/// Texts that a plugin gives, which may be anything.
extension PluginLibrary {
  static let nameCharacters: Set<Character> = Set("abcdefghijklmnopqrstuvwxyz0123456789-_")
  private static let longestText = 4096
  private static let longestList = 64

  /// - Parameter what: the text's name in assay_engine.h.
  /// - Throws: `.engineUnavailable` for NULL, for text that does not end, and for what is no UTF-8.
  func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(AssayError) -> String {
    guard let pointer else { throw fault("gives NULL as \(what)") }
    guard strnlen(pointer, Self.longestText) < Self.longestText else {
      throw fault("gives a text without end as \(what)")
    }
    guard let text = String(validatingCString: pointer) else { throw fault("gives a text that is no UTF-8 as \(what)") }
    guard !text.isEmpty else { throw fault("gives an empty text as \(what)") }
    return text
  }

  /// A text, if it is a device of a target: `npu:1`.
  ///
  /// - Throws: `.engineUnavailable`.
  func deviceName(_ text: String) throws(AssayError) -> String {
    guard text.allSatisfy({ Self.nameCharacters.contains($0) || ".:+".contains($0) }) else {
      throw fault("gives '\(text)' as a device, which is no name of one: write a-z, 0-9, and - _ . : + between them")
    }
    return text
  }

  /// - Parameter mayLack: whether NULL stands for an empty list.
  func texts(
    _ pointer: UnsafePointer<UnsafePointer<CChar>?>?, _ what: String, mayLack: Bool = false
  ) throws(AssayError) -> [String] {
    guard let pointer else {
      if mayLack { return [] }
      throw fault("gives NULL as \(what)")
    }
    var texts: [String] = []
    while let text = pointer[texts.count] {
      texts.append(try self.text(text, what))
      guard texts.count <= Self.longestList else {
        throw fault("gives more than \(Self.longestList) texts as \(what), or none of them is NULL")
      }
    }
    return texts
  }
}

/// Texts for a plugin, in arrays that end with NULL.
final class PluginTexts {
  let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointers = .allocate(capacity: count + 1)
    for (index, text) in texts.enumerated() { (pointers + index).initialize(to: UnsafePointer(strdup(text))) }
    (pointers + count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { free(UnsafeMutablePointer(mutating: pointers[index])) }
    pointers.deallocate()
  }
}
