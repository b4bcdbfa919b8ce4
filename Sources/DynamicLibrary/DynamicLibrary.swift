import CPlatform
import Glibc

/// A shared library opened at run time. An engine's is never closed, because threads and thread-local state would outlive it.
public struct DynamicLibrary: Sendable {
  /// The loader's message about a library that cannot be opened or lacks a symbol.
  public struct LoadError: Error, CustomStringConvertible {
    public let description: String
  }

  /// The path or name given to the loader.
  public let path: String

  // A handle from dlopen is a token that any thread may use, and stays valid until `close`.
  private nonisolated(unsafe) let handle: UnsafeMutableRawPointer

  /// Opens a library by path, or by bare name through the system's search path.
  ///
  /// Symbols stay local to the library, so that two engines' copies of the same dependency cannot meet.
  public init(opening path: String) throws(LoadError) {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else { throw Self.lastError() }
    self.handle = handle
    self.path = path
  }

  /// Unloads the library. Nothing of it may be called or read afterwards.
  public func close() { dlclose(handle) }

  /// Whether the system's loader finds a library by its bare name, even if it cannot load it.
  ///
  /// The loader reports a missing file in words alone, so this is the one place that reads them.
  public static func isFound(_ name: String) -> Bool {
    if dlopen(name, RTLD_LAZY | RTLD_LOCAL) != nil { return true }
    return !lastError().description.hasSuffix(String(cString: strerror(ENOENT)))
  }

  /// The address of a symbol as a C function pointer of the type that the caller expects.
  ///
  /// Nothing can check that type against the library: it must come from the library's own header, for a version checked before.
  public func function<Function>(_ symbol: String, as type: Function.Type = Function.self) throws(LoadError) -> Function
  {
    guard let function: Function = optionalFunction(symbol) else { throw Self.lastError() }
    return function
  }

  /// Like `function`, for symbols that only newer versions of a library have.
  public func optionalFunction<Function>(_ symbol: String, as type: Function.Type = Function.self) -> Function? {
    precondition(MemoryLayout<Function>.size == MemoryLayout<UnsafeMutableRawPointer>.size)
    guard let address = dlsym(handle, symbol) else { return nil }
    // dlsym gives an untyped address; C has no other way to name a function of a library opened at run time.
    return unsafeBitCast(address, to: Function.self)
  }

  private static func lastError() -> LoadError {
    LoadError(description: dlerror().map { String(cString: $0) } ?? "unknown loader error")
  }
}

extension DynamicLibrary {
  /// The file that holds a function of this library, as the loader resolved it; `nil` where it is unknown.
  public func file(holding symbol: String) -> String? {
    guard let address = dlsym(handle, symbol), let name = assay_file_holding(address) else { return nil }
    return String(cString: name)
  }
}
