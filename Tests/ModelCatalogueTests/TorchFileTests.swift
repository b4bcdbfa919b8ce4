import AssayCore
import Foundation
import ModelCatalogue
import TestSupport
import Testing

@Suite("Weights that PyTorch has saved are read without Python")
struct TorchFileTests {
  private static let bytes = try? Data(contentsOf: URL(filePath: PackageFiles.path("Tests/Fixtures/Weights/tiny.pth")))

  private func read<Result>(_ bytes: Data, _ body: (TorchFile) throws -> Result) throws -> Result {
    try Array(bytes).withUnsafeBytes { try body(TorchFile($0)) }
  }

  @Test("Tensors have their names, shapes and numbers, whatever their strides")
  func tensors() throws {
    try read(#require(Self.bytes)) { (file) throws in
      #expect(file.tensors.map(\.name).first == "conv.weight" && file.tensors.count == 8)
      #expect(file.tensors[0].shape == [2, 3, 1, 1])
      #expect(try file.floats(of: file.tensors[0]) == [1, 2, 3, 4, 5, 6])
      #expect(try file.floats(of: file.tensors[7]) == [9])
    }
  }

  @Test("A truncated file is refused, and so is one that is no such file")
  func truncated() throws {
    let bytes = try #require(Self.bytes)
    for count in 0..<bytes.count {
      let error = #expect(throws: AssayError.self) { try read(bytes.prefix(count)) { _ in } }
      #expect(error?.code == .badData)
    }
    #expect(throws: AssayError.self) { try read(Data("PK\u{3}\u{4} a newer file".utf8)) { _ in } }
  }

  @Test("A pickle that nests or calls anything is followed without nesting or calling")
  func hostile() throws {
    // os.system("true"), then 100 000 tuples inside each other.
    var bytes = Data([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e])
    bytes += Data([0x80, 2, 0x4e, 0x2e, 0x80, 2, 0x4e, 0x2e, 0x80, 2])
    bytes += Data("cos\nsystem\nX\u{4}\u{0}\u{0}\u{0}true".utf8) + Data([0x85]) + Data("R".utf8)
    bytes += Data(repeating: 0x85, count: 100_000) + Data([0x2e, 0x80, 2, 0x5d, 0x2e])
    try read(bytes) { #expect($0.tensors.isEmpty) }
  }
}
