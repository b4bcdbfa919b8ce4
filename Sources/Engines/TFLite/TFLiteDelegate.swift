import AssayCore
import CEngineAPIs
import DynamicLibrary
import Glibc

/// Something that takes over operations of one interpreter, which must not outlive it.
final class TFLiteDelegate: Sendable {
  // Any thread may hold and destroy a delegate; only its interpreter uses it.
  nonisolated(unsafe) let pointer: OpaquePointer
  /// For messages: `the delegate libvendor.so`.
  let name: String
  private let destroy: @convention(c) (OpaquePointer) -> Void

  init(_ pointer: OpaquePointer, name: String, destroy: @convention(c) (OpaquePointer) -> Void) {
    self.pointer = pointer
    self.name = name
    self.destroy = destroy
  }

  deinit { destroy(pointer) }
}

extension TfLiteFunctions {
  /// XNNPACK as TensorFlow Lite's interpreter for Python uses it: the options of the library, and threads of its own.
  func makeXNNPack(threads: Int) -> TFLiteDelegate? {
    var options = XNNPackDelegateOptionsDefault()
    options.num_threads = Int32(clamping: threads)
    var pointer: OpaquePointer?
    // It announces itself there, which would stand before every error of the cell.
    _ = capturingStandardError { pointer = XNNPackDelegateCreate(&options) }
    return pointer.map { TFLiteDelegate($0, name: "XNNPACK", destroy: XNNPackDelegateDelete) }
  }
}

/// The library of an external delegate.
struct TFLiteDelegateLibrary: Sendable {
  let reference: DelegateReference
  private let functions: TfLiteExternalDelegateFunctions

  /// - Throws: `.engineUnavailable`.
  init(_ reference: DelegateReference) throws(AssayError) {
    self.reference = reference
    let path = reference.path
    // The loader searches the system for a name without a slash, and would not see the file in this folder.
    let file = path.contains("/") || access(path, F_OK) != 0 ? path : "./\(path)"
    do throws(DynamicLibrary.LoadError) {
      functions = try TfLiteExternalDelegateFunctions(in: DynamicLibrary(opening: file))
    } catch {
      throw AssayError(
        .engineUnavailable, "\(path) is no delegate that Assay can use: \(error)",
        advice: "--delegate takes a library with tflite_plugin_create_delegate and tflite_plugin_destroy_delegate.")
    }
  }

  /// - Throws: `.deviceUnavailable`, with what the delegate reports.
  func makeDelegate() throws(AssayError) -> TFLiteDelegate {
    let options = reference.options.sorted { $0.key < $1.key }
    let messages = TFLiteMessages()
    assay_tflite_set_delegate_messages(messages.pointer)
    var keys = options.map { strdup($0.key) } + [nil]
    var values = options.map { strdup($0.value) } + [nil]
    let pointer = functions.create_delegate(&keys, &values, options.count, assay_tflite_report_delegate)
    (keys + values).forEach { free($0) }
    assay_tflite_set_delegate_messages(nil)
    guard let pointer else {
      throw AssayError(
        .deviceUnavailable,
        "The delegate \(reference.path) refuses to start: \(messages.take() ?? "it gives no reason.")",
        advice: "Its options follow the path: --delegate \(reference.path),KEY=VALUE")
    }
    return TFLiteDelegate(pointer, name: "the delegate \(reference.path)", destroy: functions.destroy_delegate)
  }
}
