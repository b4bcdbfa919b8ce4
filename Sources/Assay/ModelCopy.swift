public import AssayCore
import Foundation
import Glibc
import Platform

/// Copies of models under other names.
public enum ModelCopy {
  /// Copies a model of the user's own.
  ///
  /// - Throws: `.badModel` if it cannot be read, `.usage` for a name that it cannot have, `.inputOutput`.
  public static func write(_ model: OwnModel, to path: String) throws(AssayError) {
    let file = try ModelFile(at: model.path)
    let url = URL(filePath: path)
    let ending = URL(filePath: model.path).pathExtension
    guard url.pathExtension.lowercased() == ending.lowercased() else {
      throw AssayError(
        .usage, "\(model.name) is \(model.path), so its copy has the same ending.",
        advice: "Name it so: -o \(url.deletingPathExtension().relativePath)\(ending.isEmpty ? "" : ".\(ending)")")
    }
    let beside = try file.parts().filter { $0.path != model.path }
    guard file.format == .savedModel || beside.isEmpty || file.format == .openvinoIR else {
      throw AssayError(
        .unsupported, "\(model.path) keeps its weights in \(beside.map(\.name).joined(separator: ", ")), by that name.",
        advice: "Copy the files together.")
    }
    guard file.format != .savedModel || !FileManager.default.fileExists(atPath: path) else {
      throw AssayError(.usage, "\(path) is there already.", advice: "Name a folder that is not.")
    }
    do {
      try copy(model.path, to: path)
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error.localizedDescription)")
    }
  }

  /// Copies a file or folder, and what belongs to it.
  static func copy(_ source: String, to path: String) throws {
    try copyAside(source, to: path)
    // Weights beside an .xml have its name.
    let weights = [source, path].map { URL(filePath: $0).deletingPathExtension().path + ".bin" }
    if Folder.hasFile(weights[0]) { try copyAside(weights[0], to: weights[1]) }
  }

  /// Copies aside, and renames into place.
  private static func copyAside(_ source: String, to path: String) throws {
    let partial = "\(path).partial-\(getpid())"
    defer { Folder.removeAll(partial) }
    try FileManager.default.copyItem(atPath: source, toPath: partial)
    guard rename(partial, path) == 0 else {
      throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO)
    }
  }
}
