import AssayCore
import CEngineAPIs
import ModelFiles
import Synchronization

/// Reads the operations that an interpreter runs, as a delegate that takes none of them: the library shows them to nobody else.
final class TFLitePlan: Sendable {
  let delegate: TFLiteDelegate
  private let operations: Operations

  /// `nil` if the library makes no delegate.
  init?(_ functions: TfLiteFunctions) {
    operations = Operations(functions)
    var builder = TfLiteOpaqueDelegateBuilder()
    // The plan outlives the delegate, and the interpreter that owns both outlives every call.
    builder.data = Unmanaged.passUnretained(operations).toOpaque()
    builder.flags = Int64(kTfLiteDelegateFlagsAllowDynamicTensors)
    builder.Prepare = { context, _, data in Unmanaged<Operations>.fromOpaque(data).takeUnretainedValue().read(context) }
    guard let pointer = functions.OpaqueDelegateCreate(&builder) else { return nil }
    delegate = TFLiteDelegate(pointer, name: "Assay's observer", destroy: functions.OpaqueDelegateDelete)
  }

  /// The operations that no delegate has taken, over all subgraphs, in order.
  ///
  /// - Parameter apply: shows the graph to a delegate.
  func remaining(_ apply: (TFLiteDelegate) -> TfLiteStatus) -> [String]? {
    operations.names.withLock { $0 = [] }
    guard apply(delegate) == kTfLiteOk else { return nil }
    return operations.names.withLock { $0 }
  }

  private final class Operations: Sendable {
    let names = Mutex<[String]>([])
    private let functions: TfLiteFunctions

    init(_ functions: TfLiteFunctions) { self.functions = functions }

    func read(_ context: OpaquePointer) -> TfLiteStatus {
      var plan: UnsafeMutablePointer<TfLiteIntArray>?
      guard functions.OpaqueContextGetExecutionPlan(context, &plan) == kTfLiteOk, let plan else { return kTfLiteError }
      // The next call of the library may take the plan away.
      let nodes = (0..<Int(plan.pointee.size)).map { index in
        UnsafeRawPointer(plan).load(fromByteOffset: 4 * (index + 1), as: Int32.self)
      }
      for node in nodes {
        var place: OpaquePointer?
        var registration: OpaquePointer?
        guard functions.OpaqueContextGetNodeAndRegistration(context, node, &place, &registration) == kTfLiteOk,
          let registration
        else { return kTfLiteError }
        let code = functions.OperatorGetBuiltInCode(registration)
        if code == Self.delegated { continue }
        let custom = functions.OperatorGetCustomName(registration).map { String(cString: $0) }
        names.withLock { $0.append(custom ?? TFLiteOperatorNames.name(of: Int(code))) }
      }
      return kTfLiteOk
    }

    /// `kTfLiteBuiltinDelegate`: what a delegate has taken.
    private static let delegated: Int32 = 51
  }
}
