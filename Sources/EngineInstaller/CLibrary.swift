import Glibc

/// The C library of this machine.
enum CLibrary {
  /// Its version, as in `[2, 36]`; `nil` if it is not glibc.
  static let version: [Int]? = {
    var text = [CChar](repeating: 0, count: 64)
    guard confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count) > 0 else { return nil }
    let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return name.split(separator: " ").last.map { $0.split(separator: ".").compactMap { Int($0) } }
  }()
}
