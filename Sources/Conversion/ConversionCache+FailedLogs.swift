import AssayCore
import Foundation
import Platform

/// What converters printed before they failed. The newest stay: what a converter says is all that tells why.
extension ConversionCache {
  static let maximumLogs = 20
  static let failedLogs = "failed"

  /// Keeps the log of a failed step, and names it in the error.
  func keepingLog(of step: ConversionStep, from log: String, _ error: AssayError) -> AssayError {
    guard let path = keep(log, of: step.name) else { return error }
    return AssayError(
      error.code, error.message,
      advice: [error.advice, "Its log is \(path)"].compactMap(\.self).joined(separator: " "),
      outputTail: error.outputTail)
  }

  /// - Returns: `nil` if there is no log, or no place for it.
  private func keep(_ log: String, of step: String) -> String? {
    let logs = "\(folder)/\(Self.failedLogs)"
    guard Folder.hasFile(log), (try? Folder.make(logs)) != nil else { return nil }
    // Names in the order of time.
    let path = "\(logs)/\(Int(Date().timeIntervalSince1970))-\(step)-\(UUID().uuidString.prefix(8)).txt"
    guard rename(log, path) == 0 else { return nil }
    for name in Folder.names(in: logs).sorted().dropLast(Self.maximumLogs) { Folder.removeAll("\(logs)/\(name)") }
    return path
  }
}
