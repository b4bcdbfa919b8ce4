package import AssayCore
import Glibc
import JSONCoding
import ModelFiles
import Platform

/// What Assay takes out of a `.pt2` archive that AOTInductor has made. Paths in the archive are never used.
package struct PyTorchPackage {
  /// The compiled model, in a file without a name.
  let library: FileDescriptor
  package let source: PyTorchSource
  /// `nil` for a package without kernels of a GPU.
  let kernels: PyTorchKernels?

  /// - Throws: `.badModel` for what is no such archive or is damaged, `.unsupported` for a package that this machine, the device or Assay
  ///   cannot run.
  package init(at path: String, for device: PyTorchDevice) throws(AssayError) {
    (library, source, kernels) = try withModelBytes(of: path) { bytes throws(AssayError) in
      let archive = try Self.reading(path) { () throws(ZipFailure) in try ZipArchive(bytes) }
      let library = try Self.library(in: archive, path)
      let base = library.name.dropLast(Self.suffix.count)
      func content(_ name: String) throws(AssayError) -> [UInt8]? {
        guard let member = archive.members.first(where: { $0.name == name }) else { return nil }
        return try Self.reading(path) { () throws(ZipFailure) in try archive.content(of: member) }
      }
      try PyTorchHost(metadata: content("\(base)_metadata.json") ?? []).check(path, for: device)
      guard !archive.members.contains(where: { $0.name == "\(base).json" }) else {
        throw AssayError(
          .unsupported, "\(path) calls operators that AOTInductor does not compile, which need PyTorch's C++.",
          advice: "Replace operators of extensions by PyTorch's own, and compile it again.")
      }
      let folder = library.name.prefix { $0 != "/" }
      var texts: [String] = []
      for member in archive.members where member.name.hasPrefix("\(folder)/") && member.name.hasSuffix(".cpp") {
        let text = try Self.reading(path) { () throws(ZipFailure) in try archive.content(of: member) }
        texts.append(String(decoding: text, as: UTF8.self))
      }
      return (
        try Self.unpack(library, from: archive, path), PyTorchSource(texts),
        try Self.kernels(beside: library, in: archive, path)
      )
    }
  }

  /// The files beside the library that it loads onto a GPU, under the last parts of their names.
  private static func kernels(
    beside library: ZipArchive.Member, in archive: ZipArchive, _ path: String
  ) throws(AssayError) -> PyTorchKernels? {
    let folder = library.name.prefix(through: library.name.lastIndex(of: "/") ?? library.name.startIndex)
    var kernels: [(name: String, content: [UInt8])] = []
    for member in archive.members where member.name.hasPrefix(folder) {
      let name = String(member.name.dropFirst(folder.count))
      guard [".cubin", ".fatbin"].contains(where: name.hasSuffix), !name.contains("/") else { continue }
      let content = try reading(path) { () throws(ZipFailure) in try archive.content(of: member) }
      kernels.append((name, content))
    }
    return kernels.isEmpty ? nil : try PyTorchKernels(kernels, of: path)
  }

  private static let suffix = ".so"

  /// The library of the only model.
  private static func library(in archive: ZipArchive, _ path: String) throws(AssayError) -> ZipArchive.Member {
    let names = archive.members.map(\.name)
    let libraries = archive.members.filter { $0.name.contains("/data/aotinductor/") && $0.name.hasSuffix(suffix) }
    if libraries.count == 1 { return libraries[0] }
    if libraries.count > 1 {
      throw AssayError(
        .unsupported, "\(path) holds \(libraries.count) compiled models; Assay runs packages of one.",
        advice: "Package each by itself: torch._inductor.aoti_compile_and_package(...)")
    }
    if names.contains(where: { $0.hasSuffix("/archive_format") }) {
      throw AssayError(
        .unsupported, "\(path) holds an exported program, and no code compiled from it.",
        advice: "Compile it on a machine of this kind: "
          + "torch._inductor.aoti_compile_and_package(torch.export.load(\"model.pt2\"))")
    }
    throw AssayError(
      .badModel, "\(path) is a zip archive, but no .pt2 package: it has no archive_format.",
      advice: "Make one with torch._inductor.aoti_compile_and_package(torch.export.export(model, inputs))")
  }

  private static func unpack(
    _ member: ZipArchive.Member, from archive: ZipArchive, _ path: String
  ) throws(AssayError) -> FileDescriptor {
    let stored = try reading(path) { () throws(ZipFailure) in try archive.storedContent(of: member) }
    guard let stored else {
      throw AssayError(.badModel, "\(path) has compressed its library, which PyTorch never does.")
    }
    try PyTorchHost.checkLibrary(stored, path)
    do throws(SystemError) {
      let file = try FileDescriptor.anonymous("assay-pt2")
      for start in stride(from: 0, to: stored.count, by: 1 << 20) {
        try file.write(stored[start..<min(start + (1 << 20), stored.count)])
      }
      return file
    } catch {
      throw AssayError(.inputOutput, "There is no memory to unpack \(path): \(error)")
    }
  }

  private static func reading<Result>(
    _ path: String, _ body: () throws(ZipFailure) -> Result
  ) throws(AssayError) -> Result {
    do throws(ZipFailure) {
      return try body()
    } catch {
      throw AssayError(
        .badModel, "\(path) cannot be read as a .pt2 package: \(error.reason).",
        advice: "Copy it again, or compile it again.")
    }
  }
}
