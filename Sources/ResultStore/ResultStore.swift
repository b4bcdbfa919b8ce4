public import AssayCore
import Foundation
import GRDB
import Glibc
import Platform

/// The saved runs of a user: an SQLite database, with the record logs as files in the folder `records` beside it. Both can be moved together.
///
/// A run is a row: columns for lists and filters, and the whole `CellReport`. Several processes may use a store at once; each change is one
/// transaction. A log is written in place from the start, so a kill before the transaction leaves a log without a row, never a row without a log;
/// a claim made before the log finds it again. Only the user may read the store and its files.
public struct ResultStore: Sendable {
  /// How a store is opened.
  public enum Use: Sendable {
    /// To read or change it. Throws if there is none.
    case existing
    /// To save runs. Creates it if there is none.
    case saving
  }

  /// The database.
  public let path: String
  /// The folder of the record logs.
  public let logFolder: String
  var queue: DatabaseQueue { database.queue }
  private let database: OpenDatabase
  /// Whether an older Assay made the store and this process has migrated it, so that what that one left may lie beside it.
  public let isMigrated: Bool

  /// Marks a database as Assay's, in SQLite's header: `Assy`.
  static let applicationID = 0x4173_7379
  /// How long to wait for another process that holds the store.
  private static let patience = 5.0

  /// The path of the user's store: `ASSAY_STORE`, else by the XDG Base Directory Specification.
  ///
  /// - Throws: `.inputOutput` if the environment names no home.
  public static func defaultPath(environment: [String: String]) throws(AssayError) -> String {
    if let path = environment["ASSAY_STORE"], !path.isEmpty { return path }
    guard let path = DataFolder.results.path(environment: environment) else {
      throw AssayError(
        .inputOutput, "There is no folder for the store of results.",
        advice: "Set HOME or XDG_DATA_HOME, or name the store with --store or ASSAY_STORE.")
    }
    return path
  }

  /// Opens a store and migrates it to the newest schema. A store of a newer Assay, or a file that is not a store, stays unchanged.
  ///
  /// - Throws: `.inputOutput`, `.badData`
  public init(path: String, for use: Use) throws(AssayError) {
    let url = URL(filePath: path)
    self.path = path
    logFolder = url.deletingLastPathComponent().appending(path: "records").path
    try Self.check(path, for: use)
    if use == .saving { try Self.makeFolder(logFolder) }
    // If two processes create the same store, one waits until the other is done.
    let turn = use == .saving ? open(logFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1
    if turn >= 0 { flock(turn, LOCK_EX) }
    defer { if turn >= 0 { close(turn) } }
    // SQLite gives the files beside it the same permissions. It reports what keeps it from being made.
    if use == .saving { _ = try? FileDescriptor(opening: path, O_RDWR | O_CREAT, mode: 0o600) }
    var configuration = Configuration()
    configuration.busyMode = .timeout(Self.patience)
    configuration.foreignKeysEnabled = true
    // What a migration or a deletion removes is also gone from the file.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
    let queue = try attempt(on: path) { try DatabaseQueue(path: path, configuration: configuration) }
    database = OpenDatabase(queue)
    let state = try Self.state(of: queue, path)
    isMigrated = state == .old
    Self.keepPrivate(path, logFolder: logFolder)
    guard state != .complete || use == .saving else { return }
    // Write-ahead logging lets one process read while another writes. It is a property of the file.
    try attempt(on: path) { try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") } }
    try migrate()
    // Fail before anything is measured if the store cannot be written.
    try attempt(on: path) {
      try queue.write { try $0.execute(sql: "PRAGMA user_version = \(Schema.migrator.migrations.count)") }
    }
  }

  private static func check(_ path: String, for use: Use) throws(AssayError) {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, isFolder.boolValue { throw AssayError(.inputOutput, "\(path) is a folder, not a store of results.") }
    guard exists || use == .saving else {
      throw AssayError(
        .inputOutput, "There is no store of results at \(path).",
        advice: "assay bench creates one; --store PATH names another.")
    }
  }

  /// Takes the database and the folders that Assay made from other users. A folder that the user chose stays as it is.
  private static func keepPrivate(_ path: String, logFolder: String) {
    let folder = URL(filePath: path).deletingLastPathComponent()
    let own = DataFolder.results.path(environment: ProcessInfo.processInfo.environment)
    if let own, URL(filePath: own).standardizedFileURL == URL(filePath: path).standardizedFileURL {
      Folder.makePrivate(folder.path)
    }
    for path in [logFolder, folder.appending(path: "running").path, path, "\(path)-wal", "\(path)-shm"] {
      Folder.makePrivate(path)
    }
  }

  private static func makeFolder(_ folder: String) throws(AssayError) {
    do throws(SystemError) {
      try Folder.make(folder, mode: Folder.privateMode)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot make the folder \(folder) for record logs: \(error).",
        advice: "Set XDG_DATA_HOME to a writable folder, or name another store with --store.")
    }
  }

  private enum State { case empty, old, complete }

  /// Which migrations the store has. Throws if it is not a store, or one of a newer Assay.
  private static func state(of queue: DatabaseQueue, _ path: String) throws(AssayError) -> State {
    let found = try attempt(on: path) {
      try queue.read { db in
        (
          id: try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
          // A process that is killed while it makes a store leaves the list of migrations alone.
          tables: try Int.fetchOne(
            db, sql: "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE '%grdb_migrations%'")
            ?? 0,
          isNewer: try Schema.migrator.hasBeenSuperseded(db), isComplete: try Schema.migrator.hasCompletedMigrations(db)
        )
      }
    }
    if found.tables > 0, found.id != applicationID {
      throw AssayError(
        .badData, "\(path) is a database, but not one of Assay's. It was not changed.",
        advice: "Name another file with --store.")
    }
    if found.isNewer {
      throw AssayError(
        .badData,
        "The store \(path) was written by a newer Assay than this one (\(AssayVersion.current)). It was not changed.",
        advice: "Update Assay, or name another store with --store.")
    }
    return found.isComplete ? .complete : found.tables > 0 ? .old : .empty
  }

  private func migrate() throws(AssayError) {
    do throws(AssayError) {
      try attempt(on: path) { try Schema.migrator.migrate(queue) }
    } catch {
      // Another process may have run the same migration at the same time.
      guard try Self.state(of: queue, path) == .complete else { throw error }
    }
  }

  /// Reads from the database.
  func read<T: Sendable>(_ body: @Sendable (Database) throws -> T) throws(AssayError) -> T {
    try attempt(on: path) { try queue.read(body) }
  }

  /// Changes the database in one transaction.
  func write<T: Sendable>(_ body: @Sendable (Database) throws -> T) throws(AssayError) -> T {
    try attempt(on: path) { try queue.write(body) }
  }
}

/// Closes the database with the last copy of its store, and leaves the queue to the end of the process: Dispatch needs a thread to free one,
/// and waits for ever where the system makes no more (`ulimit -u`, `-v`).
private final class OpenDatabase: Sendable {
  let queue: DatabaseQueue

  init(_ queue: DatabaseQueue) { self.queue = queue }

  deinit {
    // Whatever keeps it from closing, the end of the process closes it.
    try? queue.close()
    _ = Unmanaged.passRetained(queue)
  }
}

/// Runs a body that uses the database, and turns its errors into `AssayError`s.
func attempt<T>(on path: String, _ body: () throws -> T) throws(AssayError) -> T {
  do {
    return try body()
  } catch let error as AssayError {
    throw error
  } catch let error as DatabaseError {
    throw AssayError(database: error, path: path)
  } catch {
    throw AssayError(
      .badData, "The store \(path) holds a run that this Assay cannot read: \(error)",
      advice: "Read it with the Assay that wrote it, or name another store with --store.")
  }
}

extension AssayError {
  fileprivate init(database error: DatabaseError, path: String) {
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self.init(.badData, "\(path) is not a store of results.", advice: "Name another file with --store.")
    case .SQLITE_CORRUPT:
      self.init(
        .badData, "The store \(path) is damaged: \(error.message ?? "")",
        advice: "Save what can be read with: sqlite3 '\(path)' .recover")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .inputOutput, "Another process holds the store \(path) and did not release it within 5 s.",
        advice: "Wait for it to end, or name another store with --store.")
    case .SQLITE_CANTOPEN:
      self.init(
        .inputOutput,
        "The store \(path) cannot be opened: SQLite needs to write in its folder, even to read.",
        advice:
          "Change its permissions or make room, or copy the folder elsewhere and name it with --store.")
    case .SQLITE_READONLY, .SQLITE_PERM:
      self.init(
        .inputOutput, "The store \(path) cannot be written.",
        advice: "Change its permissions, or name another store with --store.")
    case .SQLITE_FULL:
      self.init(
        .inputOutput, "There is no space on the disk for the store \(path).",
        advice: "Make room, or name another store with --store.")
    default:
      self.init(
        .inputOutput, "The store \(path) cannot be used: \(error.message ?? "error \(error.resultCode.rawValue)").",
        advice: "Name another store with --store.")
    }
  }
}
