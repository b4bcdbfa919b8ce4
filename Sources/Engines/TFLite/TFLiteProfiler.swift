import AssayCore
import CEngineAPIs
import Platform
import Synchronization

/// Listens to an interpreter that reports its operations as they begin and end. It must outlive the interpreter.
final class TFLiteProfiler: Sendable {
  // The library keeps the address.
  nonisolated(unsafe) let pointer: UnsafeMutablePointer<TfLiteTelemetryProfiler>
  private let state: Mutex<State>

  private struct State {
    var events: [TFLiteLayerTimes.Event] = []
    /// Those that have begun, by their handle.
    var open: [UInt32: (name: String, number: Int, start: UInt64)] = [:]
    var nextHandle: UInt32 = 0
    /// Whose operations are layers: the first that runs. The time of a loop has that of its body.
    var subgraph: Int64?
    var times: TFLiteLayerTimes
  }

  /// The number of operations of the graph that runs: an interpreter numbers delegates behind them.
  private let operations: Int

  /// - Parameter delegate: what describes operations inside of delegates; `nil` where it may be one of several.
  init(operations: Int, delegate: String?) {
    self.operations = operations
    state = Mutex(State(times: TFLiteLayerTimes(delegate: delegate)))
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: TfLiteTelemetryProfiler())
    pointer.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    pointer.pointee.ReportTelemetryEvent = { _, _, _ in }
    pointer.pointee.ReportTelemetryOpEvent = { _, _, _, _, _ in }
    pointer.pointee.ReportSettings = { _, _, _ in }
    pointer.pointee.ReportBeginOpInvokeEvent = { profiler, name, number, subgraph in
      TFLiteProfiler.of(profiler)?.begin(name, Int(number), in: subgraph) ?? 0
    }
    pointer.pointee.ReportEndOpInvokeEvent = { profiler, handle in TFLiteProfiler.of(profiler)?.end(handle) }
    pointer.pointee.ReportOpInvokeEvent = { profiler, name, microseconds, number, _ in
      TFLiteProfiler.of(profiler)?.add(name, Int(number), microseconds)
    }
  }

  deinit { pointer.deallocate() }

  private static func of(_ profiler: UnsafeMutablePointer<TfLiteTelemetryProfiler>?) -> TFLiteProfiler? {
    profiler?.pointee.data.map { Unmanaged<TFLiteProfiler>.fromOpaque($0).takeUnretainedValue() }
  }

  /// - Returns: a handle; 0 for an operation that is part of another.
  private func begin(_ name: UnsafePointer<CChar>?, _ number: Int, in subgraph: Int64) -> UInt32 {
    let name = name.map { String(cString: $0) } ?? ""
    return state.withLock { state in
      if state.subgraph == nil { state.subgraph = subgraph }
      guard state.subgraph == subgraph else { return 0 }
      state.nextHandle &+= 1
      state.open[state.nextHandle] = (name, number, MonotonicClock.now())
      return state.nextHandle
    }
  }

  private func end(_ handle: UInt32) {
    let now = MonotonicClock.now()
    state.withLock { state in
      guard let opened = state.open.removeValue(forKey: handle) else { return }
      state.events.append(
        TFLiteLayerTimes.Event(
          name: opened.name, place: opened.number < operations ? .interpreter : .delegate, number: opened.number,
          microseconds: Double(now - opened.start) / 1000))
    }
  }

  private func add(_ name: UnsafePointer<CChar>?, _ number: Int, _ microseconds: UInt64) {
    let name = name.map { String(cString: $0) } ?? ""
    state.withLock {
      $0.events.append(
        TFLiteLayerTimes.Event(
          name: name, place: .insideDelegate, number: number, microseconds: Double(microseconds)))
    }
  }

  /// Takes the events since the last call.
  func record() {
    state.withLock { state in
      state.times.record(state.events)
      state.events = []
    }
  }

  var graph: EngineGraph { state.withLock { $0.times.graph } }
}
