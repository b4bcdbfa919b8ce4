import AssayCore
import CEngineAPIs

/// The profile that a compiled model keeps of its operations.
struct LiteRTProfiler {
  private let functions: LiteRtFunctions
  // Belongs to the compiled model, which a session confines to its thread.
  private let compiled: LiteRTHandle
  private let pointer: LiteRtProfiler
  private var times: TFLiteLayerTimes
  /// The number of operations of the graph that runs: an interpreter numbers delegates behind them.
  private let operations: Int

  /// `nil` for a library or a model without a profile.
  init?(of compiled: LiteRTHandle, by compiler: LiteRTCompiler) {
    let functions = compiler.functions
    var pointer: LiteRtProfiler?
    guard let get = functions.CompiledModelGetProfiler, get(compiled.pointer, &pointer) == kLiteRtStatusOk, let pointer,
      functions.StartProfiler?(pointer) == kLiteRtStatusOk
    else { return nil }
    (self.functions, self.compiled, self.pointer) = (functions, compiled, pointer)
    operations = compiler.facts.operationCount(ofSignature: compiler.signature)
    // An accelerator may leave operations to XNNPACK.
    times = TFLiteLayerTimes(delegate: compiler.device == .cpu ? "XNNPACK" : nil)
  }

  /// Takes the events since the last call.
  mutating func record() {
    var count: Int32 = 0
    guard functions.GetNumProfilerEvents?(pointer, &count) == kLiteRtStatusOk, count > 0 else { return }
    var events = [LiteRtProfilerEvent](repeating: LiteRtProfilerEvent(), count: Int(count))
    guard functions.GetProfilerEvents?(pointer, count, &events) == kLiteRtStatusOk else { return }
    // Events stand in the order in which they begin.
    let main = events.first { Int($0.type) == kLiteRtProfilerOperation }?.subgraph
    let known: [TFLiteLayerTimes.Event] =
      events.compactMap { event in
        let place: TFLiteLayerTimes.Event.Place
        switch Int(event.type) {
        case kLiteRtProfilerOperation:
          // The time of a loop has that of its body.
          guard event.subgraph == main else { return nil }
          place = event.operation < UInt64(operations) ? .interpreter : .delegate
        case kLiteRtProfilerDelegateOperation: place = .insideDelegate
        default: return nil
        }
        return TFLiteLayerTimes.Event(
          name: event.tag.map { String(cString: $0) } ?? "", place: place,
          number: Int(truncatingIfNeeded: event.operation), microseconds: Double(event.elapsed_us))
      }
    times.record(Self.byEnd(known))
    // A reset also stops it.
    _ = functions.ResetProfiler?(pointer)
    _ = functions.StartProfiler?(pointer)
  }

  /// With each delegate behind the operations inside of it, as it ends.
  private static func byEnd(_ events: [TFLiteLayerTimes.Event]) -> [TFLiteLayerTimes.Event] {
    var sorted: [TFLiteLayerTimes.Event] = []
    var delegate: TFLiteLayerTimes.Event?
    for event in events {
      if event.place != .insideDelegate, let ended = delegate {
        sorted.append(ended)
        delegate = nil
      }
      if event.place == .delegate { delegate = event } else { sorted.append(event) }
    }
    return sorted + [delegate].compactMap(\.self)
  }

  var graph: EngineGraph { times.graph }
}
