import Foundation
import Platform

/// The names of the files of a run, all in the folder of record logs.
struct StoredFiles: Hashable {
  var log: String?
  var predictions: String?
  var telemetry: String?

  var names: [String] { [log, predictions, telemetry].compactMap(\.self) }

  /// Whether a name is one that Assay gives: it leads nowhere else and stands for itself in a shell and in a terminal.
  static func isGood(_ name: String) -> Bool {
    (1...200).contains(name.utf8.count) && !name.hasPrefix(".")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
      }
  }
}

extension ResultStore {
  /// An unused path in the folder of record logs. The other files of its run lie beside it, under the same stem.
  public func newRecordLog() -> String {
    "\(logFolder)/\(Int(Date().timeIntervalSince1970))-\(UUID().uuidString).records"
  }

  /// Removes a file of the folder, if it is one: no folder, and no file that a link leads to.
  ///
  /// - Throws: `SystemError`
  func remove(_ name: String) throws(SystemError) {
    let path = "\(logFolder)/\(name)"
    guard StoredFiles.isGood(name), Folder.hasFile(path) else { return }
    try Folder.removeFile(path)
  }
}
