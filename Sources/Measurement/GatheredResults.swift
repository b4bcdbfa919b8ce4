import AssayCore
import Platform
import Synchronization

/// Where threads wait for each other, to go on at the same time.
final class StartLine: Sendable {
  private let count: Int
  private let arrived = Atomic(0)
  private let alarm = Alarm()

  init(_ count: Int) { self.count = count }

  func cross() {
    guard arrived.add(1, ordering: .acquiringAndReleasing).newValue == count else { return alarm.wait() }
    for _ in 1..<max(count, 1) { alarm.ring() }
  }
}

/// One result of each of some threads, which another thread waits for.
final class GatheredResults<Value: Sendable>: Sendable {
  private let results: Mutex<[Result<Value, AssayError>?]>
  private let arrivals = Alarm()

  init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

  func set(_ number: Int, _ result: Result<Value, AssayError>) {
    results.withLock { $0[number] = result }
    arrivals.ring()
  }

  /// - Parameter patience: seconds to wait for the others once one is there.
  func wait(patience: Double) throws(AssayError) -> [Value] {
    let count = results.withLock(\.count)
    arrivals.wait()
    let end = MonotonicClock.seconds() + patience
    for _ in 1..<max(count, 1) where !arrivals.wait(seconds: end - MonotonicClock.seconds()) { break }
    var values: [Value] = []
    for (number, result) in results.withLock({ $0 }).enumerated() {
      switch result {
      case .success(let value): values.append(value)
      case .failure(let error): throw count > 1 ? error.ofStream(number + 1, of: count) : error
      case nil: continue
      }
    }
    guard values.count == count else { throw missing(patience) }
    return values
  }

  private func missing(_ patience: Double) -> AssayError {
    let results = results.withLock { $0 }
    let hanging = results.indices.filter { results[$0] == nil }.map { String($0 + 1) }
    return AssayError(
      .timedOut,
      "Stream \(hanging.joined(separator: ", ")) of \(results.count) hangs in an inference: the others ended \(Int(patience)) s ago.",
      advice: "Measure with fewer streams, or report it to the makers of the engine.")
  }
}

extension AssayError {
  func ofStream(_ number: Int, of count: Int) -> AssayError {
    AssayError(code, "Stream \(number) of \(count): \(message)", advice: advice, outputTail: outputTail)
  }
}
