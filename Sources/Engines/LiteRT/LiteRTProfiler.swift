import AssayCore
import CEngineAPIs

/// The profile that a compiled model keeps of its operations.
struct LiteRTProfiler {
  private let functions: LiteRtFunctions
  // Belongs to the compiled model, which a session confines to its thread.
  private let compiled: LiteRTHandle
  private let pointer: LiteRtProfiler
  private var times = TFLiteLayerTimes()

  /// `nil` for a library or a model without a profile.
  init?(of compiled: LiteRTHandle, _ functions: LiteRtFunctions) {
    var pointer: LiteRtProfiler?
    guard let get = functions.CompiledModelGetProfiler, get(compiled.pointer, &pointer) == kLiteRtStatusOk, let pointer,
      functions.StartProfiler?(pointer) == kLiteRtStatusOk
    else { return nil }
    (self.functions, self.compiled, self.pointer) = (functions, compiled, pointer)
  }

  /// Takes the events since the last call.
  mutating func record() {
    var count: Int32 = 0
    guard functions.GetNumProfilerEvents?(pointer, &count) == kLiteRtStatusOk, count > 0 else { return }
    var events = [LiteRtProfilerEvent](repeating: LiteRtProfilerEvent(), count: Int(count))
    guard functions.GetProfilerEvents?(pointer, count, &events) == kLiteRtStatusOk else { return }
    // Events stand in the order in which they begin.
    let main = events.first { Int($0.type) == kLiteRtProfilerOperation }?.subgraph
    times.record(
      events.compactMap { event in
        let place: TFLiteLayerTimes.Event.Place
        switch Int(event.type) {
        case kLiteRtProfilerOperation:
          // The time of a loop has that of its body.
          guard event.subgraph == main else { return nil }
          place = .interpreter
        case kLiteRtProfilerDelegateOperation: place = .insideDelegate
        default: return nil
        }
        return TFLiteLayerTimes.Event(
          name: event.tag.map { String(cString: $0) } ?? "", place: place,
          number: Int(truncatingIfNeeded: event.operation), microseconds: Double(event.elapsed_us))
      })
    // A reset also stops it.
    _ = functions.ResetProfiler?(pointer)
    _ = functions.StartProfiler?(pointer)
  }

  var graph: EngineGraph { times.graph }
}
