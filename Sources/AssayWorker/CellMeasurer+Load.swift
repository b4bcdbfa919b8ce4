import AssayCore
import EngineKit
import Measurement
import Scenarios

extension CellMeasurer {
  /// Sends queries to the streams of the cell when they arrive.
  func measureLoad<E: Engine>(
    _ loaded: LoadedModel<E.Model>, by engine: E, _ load: LoadMeasure, warmedUp: (WarmUp.Result) -> Void
  ) throws(AssayError) {
    let due =
      if let arrivals = job.arrivals { arrivals } else {
        try ArrivalTimes.times(of: load.arrivals, seed: spec.options.seed)
      }
    try measureStreams(
      loaded, by: engine, arriving: .scheduled(Schedule(due: due, queueLimit: load.queueLimit)), load.rule,
      warmedUp: warmedUp)
  }
}
