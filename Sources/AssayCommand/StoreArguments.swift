import ArgumentParser
import Assay
import AssayCore
import Foundation
import ResultStore

/// Which store to use: an option of every command that reads one.
struct StoreArguments: ParsableArguments {
  @Option(
    help: .init(
      "The store of results (default: $ASSAY_STORE, or else $XDG_DATA_HOME/assay/results.sqlite).", valueName: "path"))
  var store: String?

  func open(for use: ResultStore.Use) throws(AssayError) -> ResultStore {
    let environment = ProcessInfo.processInfo.environment
    let path = if let store { store } else { try ResultStore.defaultPath(environment: environment) }
    let store = try ResultStore(path: path, for: use)
    adoptAbandonedRuns(into: store)
    return store
  }
}

extension StoreArguments {
  /// Saves runs whose process was killed, so that they are listed.
  private func adoptAbandonedRuns(into store: ResultStore) {
    do throws(AssayError) {
      try AbandonedRuns.adopt(into: store) { id in
        Terminal.message(
          "Run \(id) ended without being saved. Its records are saved now, as interrupted.")
      }
    } catch {
      Terminal.message("assay: A run that ended without being saved cannot be saved now: \(error)")
    }
  }
}

/// Whether and where runs are saved: options of every command that measures.
struct SavingArguments: ParsableArguments {
  @OptionGroup var location: StoreArguments

  @Flag(help: "Save nothing.")
  var noSave = false

  func validate() throws {
    if noSave && location.store != nil {
      throw ValidationError("--no-save saves nothing, so leave out --store.")
    }
  }

  /// Opens the store before anything is measured; `nil` with `--no-save`.
  func open() throws(AssayError) -> ResultStore? {
    if noSave { return nil }
    do throws(AssayError) {
      return try location.open(for: .saving)
    } catch {
      // Only the commands that measure have this way out.
      throw AssayError(error.code, error.message, advice: error.advice.map { "\($0) Or save nothing: --no-save" })
    }
  }
}
