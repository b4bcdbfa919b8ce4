public import AssayCore

/// An inference library that has been found, opened and checked.
///
/// One engine is opened in a process, by a worker; the command itself never loads one.
public protocol Engine: Sendable {
  associatedtype Session: InferenceSession

  static var description: EngineDescription { get }

  /// The version that the library reports of itself.
  var version: String { get }
  /// The file that was loaded; `nil` for an engine that is part of Assay.
  var libraryPath: String? { get }
  var devices: [DeviceDescription] { get }

  /// Opens the library and checks that it has all that is needed.
  ///
  /// - Parameter libraryPath: a path, or a bare name for the system's loader. Ignored by an engine that is part of Assay.
  /// - Throws: `.engineUnavailable`, naming the file and what is wrong with it.
  static func load(from libraryPath: String) throws(AssayError) -> Self

  /// Compiles a model for a device. Everything that inference needs is allocated here.
  ///
  /// - Throws: `.badModel`, `.unsupported`, `.deviceUnavailable`, or `.usage` where a dynamic shape needs `--shape`.
  func makeSession(_ spec: SessionSpec) throws(AssayError) -> Session
}

/// One model compiled by one engine for one device, ready to infer. Confined to one thread.
public protocol InferenceSession: AnyObject {
  var inputs: [TensorSpec] { get }
  var outputs: [TensorSpec] { get }

  /// The device that really runs the model, in the words of a target.
  var device: String { get }
  /// Parts of the model that fell back to another device, in the engine's words; empty where all runs on `device`.
  var fallbacks: [String] { get }

  /// Host memory of an input, `inputs[index].byteCount` long, filled before timing starts. Valid while the session lives.
  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer
  /// Host memory of an output, readable after `infer()`. Valid until the next `infer()`.
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer

  /// Runs the model once, from the host's inputs to outputs readable in host memory. Synchronous; allocates nothing
  /// of its own on success.
  func infer() throws(AssayError)
}

extension InferenceSession {
  public var fallbacks: [String] { [] }
}
