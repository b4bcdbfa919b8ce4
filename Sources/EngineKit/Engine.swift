public import AssayCore

/// An inference library that has been found, opened and checked.
///
/// A worker opens one engine for its process; the command itself never loads one.
public protocol Engine: Sendable {
  associatedtype Model: CompiledModel

  var description: EngineDescription { get }
  /// The version that the library reports.
  var version: String { get }
  /// The file that was loaded; `nil` for an engine that is part of Assay.
  var libraryPath: String? { get }
  /// The devices of this machine. Asking may start drivers.
  var devices: [DeviceDescription] { get }
  /// What keeps devices that are connected from being used, and what to do about it, a sentence each. Asking opens drivers' libraries.
  var deviceProblems: [String] { get }

  /// Compiles a model for a device, without running it.
  ///
  /// - Throws: `.badModel`, `.unsupported`, `.deviceUnavailable`, or `.usage` where a dynamic shape needs `--shape`.
  func compile(_ spec: CompileSpec) throws(AssayError) -> Model
}

extension Engine {
  public var deviceProblems: [String] { [] }
}

/// One model compiled by one engine for one device: everything that sessions can share.
public protocol CompiledModel: Sendable {
  associatedtype Session: InferenceSession

  /// The inputs, every dimension known.
  var inputs: [TensorSpec] { get }
  /// The names of the inputs that take strings, which `inputs` lacks.
  var textInputs: [String] { get }
  /// The outputs that are tensors of numbers. A dimension that only an inference can tell is -1, and so is the single dimension of an unknown rank.
  var outputs: [TensorSpec] { get }
  /// The device that really runs the model, in the words of a target.
  var device: String { get }
  /// Parts of the model that fell back to another device, in the engine's words; empty where all runs on `device`.
  var fallbacks: [String] { get }
  /// The precision, the places and the build of the model, as far as the engine tells.
  var execution: Execution { get }

  /// Makes room for one inference in flight. May be called on several threads at once.
  ///
  /// - Throws: `.badModel`, `.unsupported`, or `.usage` where there is no memory for the tensors.
  func makeSession() throws(AssayError) -> Session
}

extension CompiledModel {
  public var textInputs: [String] { [] }
  public var fallbacks: [String] { [] }
  public var execution: Execution { Execution() }
}

/// Room for one inference in flight. Confined to the thread that makes it.
///
/// Implementations must not be `Sendable`. (Their types are, so that generic code may name them on any thread.)
public protocol InferenceSession: AnyObject, SendableMetatype {
  var inputs: [TensorSpec] { get }
  /// The outputs: those of the compiled model before the first `infer()`, exact after it.
  var outputs: [TensorSpec] { get }

  /// Host memory of an input, `inputs[index].byteCount` long, filled before timing starts. Valid while the session lives.
  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer
  /// Host memory of an output, readable after `infer()` and valid until the next one.
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer

  /// Runs the model once, from the host's inputs to outputs readable in host memory. Synchronous.
  ///
  /// The first call may learn the shapes of outputs and take memory for them; later ones allocate nothing of their own on success.
  func infer() throws(AssayError)

  /// What the device took for the last inference by its own clock, without copies from and to the host; `nil` where the engine does not
  /// tell. Asked between inferences that are not timed.
  var deviceMilliseconds: Double? { get }

  /// The time of a session that does not run in real time; `nil` for every session that computes something.
  var simulatedClock: SimulatedClock? { get }
}

extension InferenceSession {
  public var deviceMilliseconds: Double? { nil }
  public var simulatedClock: SimulatedClock? { nil }
}

extension InferenceSession {
  /// Fills all inputs with seeded random numbers.
  ///
  /// - Parameter ranges: of values, by position; what is missing has the type's own range.
  public func fillInputs(seed: UInt64, ranges: [InputRange?] = []) {
    for (index, input) in inputs.enumerated() {
      RandomInputs.fill(
        inputBytes(at: index), spec: input, seed: seed, inputIndex: index,
        range: ranges.indices.contains(index) ? ranges[index] : nil)
    }
  }
}

extension Engine {
  /// Compiles a model for a single session.
  public func makeSession(_ spec: CompileSpec) throws(AssayError) -> Model.Session {
    try compile(spec).makeSession()
  }
}
