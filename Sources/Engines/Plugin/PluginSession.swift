public import AssayCore
import CEngineAPIs
public import EngineKit
import Glibc

/// One inference in flight in a plugin, with memory of Assay's that the plugin reads and writes.
public final class PluginSession: InferenceSession {
  public let inputs: [TensorSpec]
  public private(set) var outputs: [TensorSpec]

  private let library: PluginLibrary
  private let modelPath: String
  private let model: PluginObject
  private let session: OpaquePointer
  private let inputMemory: [GuardedMemory]
  /// `nil` for an output whose memory is the plugin's.
  private let outputMemory: [GuardedMemory?]
  private var outputBytes: [UnsafeRawBufferPointer]
  private let hasOwnOutputs: Bool
  private let error = PluginError()
  private var isChecked = false

  init(_ model: PluginModel) throws(AssayError) {
    inputs = model.inputs
    outputs = model.outputs
    library = model.library
    modelPath = model.modelPath
    var memory: [GuardedMemory] = []
    for input in inputs { memory.append(try GuardedMemory(for: input)) }
    inputMemory = memory
    var outputMemory: [GuardedMemory?] = []
    for output in outputs { outputMemory.append(output.isResolved ? try GuardedMemory(for: output) : nil) }
    self.outputMemory = outputMemory
    outputBytes = outputMemory.map { UnsafeRawBufferPointer(start: $0?.start, count: $0?.byteCount ?? 0) }
    hasOwnOutputs = outputMemory.contains { $0 == nil }
    self.model = model.object
    session = try model.open(inputs: memory.map(\.start), outputs: outputMemory.map { $0?.start }, error)
  }

  // The session ends here, before the model and the memory that it may still use.
  deinit { library.api.destroy_session?(session) }

  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: inputMemory[index].start, count: inputMemory[index].byteCount)
  }

  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer { outputBytes[index] }

  public func infer() throws(AssayError) {
    let status =
      if let infer = library.api.infer { infer(session, error.pointer) } else { startAndWait() }
    guard status == ASSAY_OK else { throw error.failure(status, library, "failed to run \(modelPath)") }
    if isChecked && !hasOwnOutputs { return }
    try check()
  }

  private func startAndWait() -> assay_status {
    guard let start = library.api.start, let wait = library.api.wait else { return ASSAY_ENGINE_UNAVAILABLE }
    let status = start(session, error.pointer)
    return status == ASSAY_OK ? wait(session, error.pointer) : status
  }

  /// Takes outputs in the plugin's memory and, after the first inference, checks that it has kept to Assay's.
  private func check() throws(AssayError) {
    for index in outputs.indices where outputMemory[index] == nil { try takeOutput(index) }
    for (spec, memory) in zip(inputs + outputs, inputMemory + outputMemory) where memory?.isDamaged == true {
      throw library.fault("writes beyond the \(memory?.byteCount ?? 0) bytes of '\(spec.name)' of \(modelPath)")
    }
    isChecked = true
  }

  private func takeOutput(_ index: Int) throws(AssayError) {
    var tensor = PluginTensor.empty
    var data: UnsafeRawPointer?
    guard let outputData = library.api.output_data else { throw library.fault("lacks output_data") }
    let status = outputData(session, UInt32(index), &tensor, &data, error.pointer)
    guard status == ASSAY_OK else { throw error.failure(status, library, "does not give output \(index)") }
    let spec = try PluginTensor(tensor, "output \(index)", of: library).spec
    let hasKeptType = !isChecked || spec.type == outputs[index].type
    guard spec.isResolved, spec.name == outputs[index].name, hasKeptType else {
      throw library.fault(
        "gives output \(index) of \(modelPath) as \(spec), after it was declared as \(outputs[index])")
    }
    guard data != nil || spec.byteCount == 0 else { throw library.fault("gives no elements of output '\(spec.name)'") }
    outputs[index] = spec
    outputBytes[index] = UnsafeRawBufferPointer(start: data, count: spec.byteCount)
  }
}

extension PluginModel {
  fileprivate func open(
    inputs: [UnsafeMutableRawPointer], outputs: [UnsafeMutableRawPointer?], _ error: PluginError
  ) throws(AssayError) -> OpaquePointer {
    guard let open = library.api.open_session else { throw library.fault("lacks open_session") }
    var session: OpaquePointer?
    let status = inputs.map { Optional(UnsafeRawPointer($0)) }.withUnsafeBufferPointer { inputs in
      outputs.withUnsafeBufferPointer { outputs in
        var buffers = assay_buffers(
          struct_size: UInt32(MemoryLayout<assay_buffers>.size), input_count: UInt32(inputs.count),
          inputs: inputs.baseAddress, output_count: UInt32(outputs.count), outputs: outputs.baseAddress)
        return open(object.pointer, &buffers, &session, error.pointer)
      }
    }
    guard status == ASSAY_OK else { throw error.failure(status, library, "opens no session of \(modelPath)") }
    guard let session else { throw library.fault("opens no session of \(modelPath), and says that it did") }
    return session
  }
}

/// Zeroed memory of a tensor, followed by bytes that tell whether somebody wrote beyond it.
private final class GuardedMemory {
  private static let mark: UInt8 = 0xA5
  private static let markCount = 64

  let start: UnsafeMutableRawPointer
  let byteCount: Int

  init(for spec: TensorSpec) throws(AssayError) {
    var memory: UnsafeMutableRawPointer?
    let count = spec.byteCount
    guard posix_memalign(&memory, 64, count + Self.markCount) == 0, let memory else {
      throw AssayError(
        .usage, "There is no memory for the tensor '\(spec.name)' of shape \(spec.shape).",
        advice: "Give a smaller --shape or --batch.")
    }
    memset(memory, 0, count)
    memset(memory + count, Int32(Self.mark), Self.markCount)
    start = memory
    byteCount = count
  }

  deinit { free(start) }

  var isDamaged: Bool {
    UnsafeRawBufferPointer(start: start + byteCount, count: Self.markCount).contains { $0 != Self.mark }
  }
}
