public import AssayCore
import Foundation

/// Output files, one per cell.
public struct CellFiles: Sendable {
  private let path: String
  private let cellCount: Int
  private let models: ModelNames

  /// With several cells, the name of each file has the cell's number, model and target.
  public init(path: String, cells: [CellSpec]) {
    self.path = path
    cellCount = cells.count
    models = ModelNames(cells.map(\.model))
  }

  /// Checks, before anything is measured, that the files can be written.
  ///
  /// - Throws: `.inputOutput`
  public func check() throws(AssayError) {
    guard cellCount > 1 else { return try TextSink(path: path).close() }
    // With several cells the given name is never written; probe beside it.
    let probe = "\(path).\(UUID().uuidString)"
    try TextSink(path: probe).close()
    try? FileManager.default.removeItem(atPath: probe)
  }

  /// Creates the file of a cell.
  ///
  /// - Throws: `.inputOutput`
  public func open(for cell: CellReport, number: Int) throws(AssayError) -> TextSink {
    try TextSink(path: file(for: cell, number: number))
  }

  /// Copies a file to that of a cell.
  ///
  /// - Throws: `.inputOutput`
  public func copy(_ source: String, of cell: CellReport, number: Int) throws(AssayError) {
    let sink = try open(for: cell, number: number)
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: source))
      defer { try? file.close() }
      while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty { try sink.write(bytes) }
    } catch let error as AssayError {
      throw error
    } catch {
      throw AssayError(.inputOutput, "Cannot read \(source): \(error.localizedDescription)")
    }
    try sink.close()
  }

  private func file(for cell: CellReport, number: Int) -> String {
    guard cellCount > 1 else { return path }
    let url = URL(filePath: path)
    let suffix = url.pathExtension.isEmpty ? "" : ".\(url.pathExtension)"
    let target = cell.target.description.replacing(":", with: "-")
    let model = models[cell.model].replacing("/", with: "-")
    return url.deletingPathExtension().path + "-\(number)-\(model)-\(target)\(suffix)"
  }
}
