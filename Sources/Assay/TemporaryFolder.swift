import Foundation
import Glibc

/// A folder of this user below the temporary folder, for where the usual one cannot be written.
enum TemporaryFolder {
  static func path(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "assay-\(getuid())/\(name)").path
  }
}
