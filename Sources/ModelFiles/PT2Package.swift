package import AssayCore

/// What a `.pt2` archive holds.
package enum PT2Package {
  /// Whether it has code that AOTInductor compiled, which an engine runs; without, it is a program of `torch.export.save`.
  ///
  /// - Throws: `.badModel` for what is no such archive.
  package static func holdsCode(_ path: String) throws(AssayError) -> Bool {
    let names = MappedFile.withBytes(of: path) { bytes in
      Result { () throws(ZipFailure) in try ZipArchive(bytes).members.map(\.name) }
    }
    switch names {
    case .success(let names)?:
      if names.contains(where: { $0.contains("/data/aotinductor/") && $0.hasSuffix(".so") }) { return true }
      guard names.contains(where: { $0.hasSuffix("/archive_format") }) else {
        throw AssayError(
          .badModel, "\(path) is a zip archive, but no .pt2 package: it has no archive_format.",
          advice: "Make one with torch.export.save(torch.export.export(model, inputs), \"model.pt2\")")
      }
      return false
    case .failure(let failure)?:
      throw AssayError(
        .badModel, "\(path) cannot be read as a .pt2 package: \(failure.reason).",
        advice: "Copy it again, or save it again.")
    case nil: throw AssayError(.badModel, "\(path) cannot be read.")
    }
  }
}
