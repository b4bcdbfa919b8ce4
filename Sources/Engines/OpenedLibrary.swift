import AssayCore
import DynamicLibrary
import EngineKit

/// An engine's library with the functions that Assay calls. The library is never closed.
struct OpenedLibrary<Functions> {
  let functions: Functions
  /// The file, as the loader resolved it.
  let path: String
}

extension EngineDescription {
  /// Opens the engine's library and finds its functions.
  ///
  /// - Parameters:
  ///   - path: a file, or a name for the system's loader.
  ///   - symbol: a function of the library, by which the loader tells the file.
  ///   - need: what Assay needs, in words: "libLiteRt.so of ai-edge-litert 2.3 or later".
  /// - Throws: `.engineUnavailable`, naming the file and what is wrong with it.
  func open<Functions>(
    _ path: String, with symbol: String, need: String,
    _ find: (DynamicLibrary) throws(DynamicLibrary.LoadError) -> Functions
  ) throws(AssayError) -> OpenedLibrary<Functions> {
    do throws(DynamicLibrary.LoadError) {
      let library = try DynamicLibrary(opening: path)
      return OpenedLibrary(functions: try find(library), path: library.file(holding: symbol) ?? path)
    } catch {
      throw unusable(path, "\(error)", need: need)
    }
  }

  /// The error for a library that is not what Assay needs.
  func unusable(_ path: String, _ reason: String, need: String) -> AssayError {
    AssayError(
      .engineUnavailable, "\(path) cannot be used as the library of \(displayName): \(reason)",
      advice: "Assay needs \(need): \(installation)")
  }
}
