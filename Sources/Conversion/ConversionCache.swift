import AssayCore
import Foundation
public import Platform

/// Results of steps, kept by what they were made from.
///
/// An entry is a folder that one rename puts into place. Whatever does not hold what its own list says is removed and made again.
public struct ConversionCache {
  /// A kept result.
  public struct Entry: Codable, Hashable, Sendable {
    /// What it was made from, in words; the key is the SHA-256 of this.
    public let recipe: String
    /// The step.
    public let step: String
    /// The file or folder that is the model, in the entry's folder.
    public let result: String
    public let files: [File]
    /// How long the step took.
    public let seconds: Double
    /// Of the packages in its environment.
    public let versions: [String: String]

    public struct File: Codable, Hashable, Sendable {
      public let name: String
      public let bytes: Int
      public let sha256: String
    }
  }

  static let version = 1
  private static let workPrefix = ".work-"
  private static let list = "entry.json"

  public let folder: String
  private let digests: FileDigests

  public init(folder: String, digests: FileDigests) { (self.folder, self.digests) = (folder, digests) }

  /// The folder of an entry.
  func place(_ recipe: String) -> String { "\(folder)/\(SHA256.hexDigest(of: recipe))" }

  /// A result that is there and whole; `nil` if there is none, also after removing what is damaged.
  ///
  /// - Parameter report: told about what is damaged.
  func entry(_ recipe: String, report: (String) -> Void) throws(AssayError) -> Entry? {
    let place = place(recipe)
    guard !Folder.isFree(place) else { return nil }
    if let entry = try whole(place), entry.recipe == recipe { return entry }
    report("The kept conversion \(place) is damaged or of another version, and is made again")
    Folder.removeAll(place)
    return nil
  }

  private func whole(_ place: String) throws(AssayError) -> Entry? {
    guard let bytes = try? FileDescriptor.contents(of: "\(place)/\(Self.list)"),
      let entry = try? JSONDecoder().decode(Entry.self, from: Data(bytes)), !entry.files.isEmpty,
      // A list from elsewhere must not make Assay read other files.
      (entry.files.map(\.name) + [entry.result]).allSatisfy({ !$0.hasPrefix("/") && !$0.contains("..") })
    else { return nil }
    for file in entry.files {
      do throws(AssayError) {
        let digest = try digests.digest(ofFile: "\(place)/\(file.name)")
        guard digest.sha256 == file.sha256 else { return nil }
      } catch {
        guard error.code == .interrupted else { return nil }
        throw error
      }
    }
    return entry
  }

  /// A private folder to make an entry in, locked as long as this process lives.
  func makeWork() throws(AssayError) -> (folder: String, lock: FileDescriptor) {
    do throws(SystemError) {
      try Folder.make(folder)
      removeLeftovers()
      let path = try Folder.makeUnique("\(folder)/\(Self.workPrefix)")
      let lock = try FileDescriptor(opening: path, O_DIRECTORY)
      _ = lock.tryLock()
      return (path, lock)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot write in \(folder): \(error).",
        advice: "Check its permissions and the free space, or choose another place with XDG_CACHE_HOME.")
    }
  }

  /// Removes what killed processes left.
  private func removeLeftovers() {
    for name in Folder.names(in: folder) where name.hasPrefix(Self.workPrefix) {
      guard let leftover = try? FileDescriptor(opening: "\(folder)/\(name)", O_DIRECTORY), leftover.tryLock() else {
        continue
      }
      Folder.removeAll("\(folder)/\(name)")
    }
  }

  /// Keeps what a step has made: the result, files of the same name beside it, and the log.
  func keep(
    _ work: String, result: String, step: String, recipe: String, seconds: Double, versions: [String: String]
  ) throws(AssayError) -> Entry {
    let stem = "model"
    for name in Folder.names(in: work) where !name.hasPrefix(stem) && name != "log.txt" {
      Folder.removeAll("\(work)/\(name)")
    }
    var files: [Entry.File] = []
    for name in Self.files(below: work).sorted() where name.hasPrefix(stem) {
      let digest = try digests.digest(ofFile: "\(work)/\(name)")
      files.append(Entry.File(name: name, bytes: digest.bytes, sha256: digest.sha256))
    }
    guard files.contains(where: { $0.name == result || $0.name.hasPrefix("\(result)/") }) else {
      throw AssayError(.crashed, "The step \(step) ended without an error, and wrote no model.")
    }
    let entry = Entry(
      recipe: recipe, step: step, result: result, files: files, seconds: seconds, versions: versions)
    let place = place(recipe)
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      try encoder.encode(entry).write(to: URL(filePath: "\(work)/\(Self.list)"))
      // Another process may have made the same in the meantime; its result is as good.
      if rename(work, place) != 0 {
        let reason = String(cString: strerror(errno))
        guard try whole(place) != nil else {
          throw AssayError(.inputOutput, "Cannot move \(work) to \(place): \(reason)")
        }
        Folder.removeAll(work)
      }
    } catch let error as AssayError {
      throw error
    } catch {
      throw AssayError(.inputOutput, "Cannot keep the conversion in \(place): \(error.localizedDescription)")
    }
    return entry
  }

  private static func files(below folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { Folder.hasFile("\(folder)/\($0)") }
  }
}
