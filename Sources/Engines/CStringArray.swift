/// C strings in an array, as the library takes names.
final class CStringArray {
  let pointers: UnsafeMutablePointer<UnsafePointer<CChar>>
  private let strings: [UnsafeMutablePointer<CChar>]

  init(_ names: [String]) {
    strings = names.map { name in
      let characters = name.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: characters.count)
      for (offset, character) in characters.enumerated() { (copy + offset).initialize(to: character) }
      return copy
    }
    pointers = .allocate(capacity: strings.count)
    for (index, string) in strings.enumerated() { (pointers + index).initialize(to: UnsafePointer(string)) }
  }

  subscript(index: Int) -> String { String(cString: pointers[index]) }

  deinit {
    pointers.deallocate()
    for string in strings { string.deallocate() }
  }
}
