public import AssayCore
import CPlatform
import Glibc

/// SHA-256 (FIPS 180-4) of bytes, piece by piece.
public struct SHA256 {
  private var state = assay_sha256()

  /// Whether the processor has instructions for it.
  static let hasInstructions = assay_sha256_has_instructions()

  public init() { self.init(isAccelerated: Self.hasInstructions) }

  /// - Parameter isAccelerated: whether to use the processor's instructions, which it must have.
  init(isAccelerated: Bool) { assay_sha256_begin(&state, isAccelerated) }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    assay_sha256_update(&state, bytes.baseAddress, bytes.count)
  }

  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of all bytes so far: 64 hexadecimal digits.
  public var hexDigest: String {
    var copy = state
    var digest = [UInt8](repeating: 0, count: 32)
    assay_sha256_finish(&copy, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension SHA256 {
  /// Bytes read at a time.
  private static let pieceLength = 1 << 18

  /// Length and SHA-256 of a file, from one pass.
  public struct FileDigest: Hashable, Sendable {
    public let bytes: Int
    /// 64 hexadecimal digits.
    public let sha256: String

    public init(bytes: Int, sha256: String) {
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// The digest of a text in UTF-8.
  public static func hexDigest(of text: String) -> String {
    var digest = SHA256()
    digest.update(text)
    return digest.hexDigest
  }

  /// Reads a file to its end, in pieces.
  ///
  /// - Parameter isInterrupted: asked before each piece: a large file takes seconds.
  /// - Throws: `.inputOutput` where the file cannot be read, `.interrupted`.
  public static func digest(
    ofFile path: String, isInterrupted: () -> Bool = { false }
  ) throws(AssayError) -> FileDigest {
    try withFile(path) { (file) throws(SystemError) in try digest(of: file, isInterrupted: isInterrupted) }
  }

  /// Opens a file for a body that returns `nil` after an interrupt.
  static func withFile(
    _ path: String, _ body: (FileDescriptor) throws(SystemError) -> FileDigest?
  ) throws(AssayError) -> FileDigest {
    do throws(SystemError) {
      if let digest = try body(FileDescriptor(opening: path)) { return digest }
    } catch {
      throw AssayError(.inputOutput, "Cannot read \(path): \(error).")
    }
    throw AssayError(.interrupted, "Interrupted while \(path) was read.")
  }

  /// Reads an open file to its end.
  ///
  /// - Returns: `nil` after an interrupt.
  static func digest(of file: FileDescriptor, isInterrupted: () -> Bool) throws(SystemError) -> FileDigest? {
    var digest = SHA256()
    var length = 0
    posix_fadvise(file.number, 0, 0, Int32(POSIX_FADV_SEQUENTIAL))
    var piece = [UInt8](repeating: 0, count: pieceLength)
    while !isInterrupted() {
      let count = try file.read(into: &piece)
      if count == 0 { return FileDigest(bytes: length, sha256: digest.hexDigest) }
      piece.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      length += count
    }
    return nil
  }
}
