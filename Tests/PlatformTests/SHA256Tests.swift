import AssayCore
import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("SHA-256 is that of FIPS 180-4")
struct SHA256Tests {
  /// The plain code, and the processor's instructions where it has them.
  static let implementations = SHA256.hasInstructions ? [false, true] : [false]

  @Test("The vectors of NIST", arguments: implementations)
  func vectors(isAccelerated: Bool) {
    let digest = { (text: String) in
      var digest = SHA256(isAccelerated: isAccelerated)
      digest.update(text)
      return digest.hexDigest
    }
    #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      digest(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// `hashlib.sha256("".join(hashlib.sha256(bytes(i % 251 for i in range(n))).hexdigest() for n in range(300)).encode())`
  @Test("Every length around the ends of blocks gives what Python gives", arguments: implementations)
  func lengths(isAccelerated: Bool) {
    var all = SHA256(isAccelerated: isAccelerated)
    for length in 0..<300 {
      var digest = SHA256(isAccelerated: isAccelerated)
      (0..<length).map { UInt8($0 % 251) }.withUnsafeBytes { digest.update($0) }
      all.update(digest.hexDigest)
    }
    #expect(all.hexDigest == "36003b4decc573736378067bfe6b11525dae0f246679f49dc3152bd6dcb6e925")
  }

  @Test("Pieces of any size give the digest of the whole", arguments: implementations)
  func pieces(isAccelerated: Bool) {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var whole = SHA256(isAccelerated: isAccelerated)
    bytes.withUnsafeBytes { whole.update($0) }
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 128, 129, 999] {
      var digest = SHA256(isAccelerated: isAccelerated)
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { digest.update($0) }
        _ = digest.hexDigest
      }
      #expect(digest.hexDigest == whole.hexDigest, "pieces of \(size)")
    }
  }
}

@Suite("A file is hashed in one pass")
struct FileDigestTests {
  private let sandbox: Sandbox
  private let file: String

  init() throws {
    sandbox = try Sandbox()
    file = try sandbox.write(Data(repeating: 0x61, count: 1_000_000), to: "a million a")
  }

  @Test("Digest and length of a file, and of an empty one")
  func digest() throws {
    let found = try SHA256.digest(ofFile: file)
    #expect(found.bytes == 1_000_000)
    #expect(found.sha256 == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    let empty = try SHA256.digest(ofFile: sandbox.write(Data(), to: "empty"))
    #expect(empty.bytes == 0)
    #expect(empty.sha256 == SHA256.hexDigest(of: ""))
  }

  @Test("An interrupt ends the work in the middle of a file")
  func interrupt() throws {
    var asked = 0
    let error = #expect(throws: AssayError.self) {
      try SHA256.digest(ofFile: file) {
        asked += 1
        return asked == 3
      }
    }
    #expect(error?.code == .interrupted)
    #expect(error?.message.contains(file) == true)
    #expect(asked == 3)
  }

  @Test("A file that cannot be read is an error that names it")
  func unreadable() {
    for path in [sandbox.path("nothing"), sandbox.folder] {
      let error = #expect(throws: AssayError.self) { try SHA256.digest(ofFile: path) }
      #expect(error?.code == .inputOutput)
      #expect(error?.message.contains(path) == true)
    }
  }
}
