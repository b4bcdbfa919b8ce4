import AssayCore
import CEngineAPIs
import DynamicLibrary
import EngineKit
import Platform

/// A plugin's file and its table of functions, all that are required present.
///
/// The functions are the plugin's for as long as the process lives, and the table never changes, so any thread may read it.
final class PluginLibrary: Sendable {
  let path: String
  let api: assay_engine_api

  /// - Parameter known: the engine of Assay's own whose shim it is; `nil` for others' plugins.
  /// - Throws: `.engineUnavailable`, naming the file and what is wrong with it.
  init(opening path: String, as known: EngineDescription?) throws(AssayError) {
    let library = try Self.open(path, as: known)
    let rebuild =
      known.map { "Build it again: \($0.installation)" } ?? "Compile it with the assay_engine.h of this Assay."
    self.path = Folder.resolved(library.path)
    guard let table = library.functions(Self.version) else {
      throw AssayError(
        .engineUnavailable, "The plugin \(path) does not offer version \(Self.version) of assay_engine.h.",
        advice: rebuild)
    }
    guard table.pointee.version == Self.version else {
      let version = table.pointee.version
      throw AssayError(
        .engineUnavailable,
        "The plugin \(path) speaks version \(version) of assay_engine.h; this Assay speaks \(Self.version).",
        advice: version > Self.version ? "Update Assay." : rebuild)
    }
    // The structures of version 1 as they were first published: a plugin may have more, but not less.
    guard table.pointee.struct_size >= MemoryLayout<assay_engine_api>.size else {
      throw AssayError(
        .engineUnavailable,
        "The plugin \(path) has a table of \(table.pointee.struct_size) bytes, which is less than version 1 has.",
        advice: "Set struct_size = sizeof(assay_engine_api).")
    }
    api = table.pointee
    if let missing = Self.missingFunction(of: api) {
      throw AssayError(
        .engineUnavailable, "The plugin \(path) lacks the function \(missing), which is required.",
        advice: "Its author defines it in the table of assay_engine.h.")
    }
  }

  private typealias GetAPI = @convention(c) (UInt32) -> UnsafePointer<assay_engine_api>?

  private static func open(_ path: String, as known: EngineDescription?) throws(AssayError) -> OpenedLibrary<GetAPI> {
    if let known {
      return try known.open(path, with: symbol, need: "a shim, which you build for the library that it wraps") {
        library throws(DynamicLibrary.LoadError) in try library.function(symbol)
      }
    }
    do throws(DynamicLibrary.LoadError) {
      let library = try DynamicLibrary(opening: path)
      return OpenedLibrary(functions: try library.function(symbol), path: library.file(holding: symbol) ?? path)
    } catch {
      throw AssayError(
        .engineUnavailable, "\(path) cannot be used as a plugin: \(error)",
        advice: "A plugin is a shared library that exports \(symbol) of assay_engine.h.")
    }
  }

  private static let symbol = "assay_engine_get_api"
  private static let version = UInt32(ASSAY_ENGINE_VERSION)

  private static func missingFunction(of api: assay_engine_api) -> String? {
    let required: [(String, Bool)] = [
      ("create", api.create != nil), ("destroy", api.destroy != nil), ("describe", api.describe != nil),
      ("compile", api.compile != nil), ("destroy_model", api.destroy_model != nil),
      ("input_count", api.input_count != nil), ("output_count", api.output_count != nil),
      ("input", api.input != nil), ("output", api.output != nil),
      ("open_session", api.open_session != nil), ("destroy_session", api.destroy_session != nil),
      ("infer, or start and wait", api.infer != nil || api.start != nil && api.wait != nil),
      ("start, without which wait has no use", api.start != nil || api.wait == nil),
      ("wait, without which start has no use", api.wait != nil || api.start == nil),
    ]
    return required.first { !$0.1 }?.0
  }

  /// What is wrong with the plugin itself, rather than with a model or a request.
  func fault(_ what: String) -> AssayError {
    AssayError(
      .engineUnavailable, "The plugin \(path) \(what).",
      advice: "This is a mistake of the plugin. Its author finds it with: assay engines test \(path.shellQuoted)")
  }
}

/// An object of a plugin, ended after all objects that were made from it.
final class PluginObject: Sendable {
  // assay_engine.h says which functions Assay may call at once on which object: a compiled model opens sessions on several threads, and a
  // session keeps to its own.
  nonisolated(unsafe) let pointer: OpaquePointer
  private let release: @convention(c) (OpaquePointer?) -> Void
  private let origin: PluginObject?

  init(
    _ pointer: OpaquePointer, of origin: PluginObject? = nil,
    releasedBy release: @escaping @convention(c) (OpaquePointer?) -> Void
  ) {
    self.pointer = pointer
    self.release = release
    self.origin = origin
  }

  deinit { release(pointer) }
}

/// Room for the reason of a failed call.
final class PluginError {
  private static let capacity = 2048

  let pointer = UnsafeMutablePointer<assay_error>.allocate(capacity: 1)
  private let text = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)

  init() {
    text.initialize(repeating: 0, count: Self.capacity)
    pointer.initialize(
      to: assay_error(
        struct_size: UInt32(MemoryLayout<assay_error>.size), capacity: UInt32(Self.capacity), text: text))
  }

  deinit {
    pointer.deallocate()
    text.deallocate()
  }

  /// The error of a call that did not end well.
  ///
  /// - Parameter what: what failed: "cannot compile net.dense".
  func failure(_ status: assay_status, _ library: PluginLibrary, _ what: String) -> AssayError {
    // A plugin may have written up to the last byte.
    text[Self.capacity - 1] = 0
    let reason = String(cString: text)
    let code: AssayError.Code? =
      switch status {
      case ASSAY_BAD_MODEL: .badModel
      case ASSAY_UNSUPPORTED: .unsupported
      case ASSAY_DEVICE_UNAVAILABLE: .deviceUnavailable
      case ASSAY_BAD_REQUEST: .usage
      case ASSAY_ENGINE_UNAVAILABLE: .engineUnavailable
      case ASSAY_INFERENCE_FAILED: .inferenceFailed
      default: nil
      }
    guard let code else {
      return library.fault("\(what) and returned \(status.rawValue), which is no status")
    }
    return AssayError(
      code, "The plugin \(library.path) \(what): \(reason.isEmpty ? "it gives no reason" : reason)")
  }
}
