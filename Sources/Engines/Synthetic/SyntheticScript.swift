import AssayCore

/// How the synthetic engine behaves: the content of a `.synthetic` file, as JSON. Everything may be left out.
///
/// ```json
/// { "latency": { "base_us": 1000, "jitter": 0.05 }, "clock": "simulated", "event": { "kind": "crash", "at": 120 } }
/// ```
struct SyntheticScript: Decodable, Sendable {
  var seed: UInt64 = 1
  var inputs = [TensorSpec(name: "input", type: .float32, shape: [1, 4])]
  var outputs = [TensorSpec(name: "output", type: .float32, shape: [1, 10])]
  var latency = Latency()
  var clock = Clock.real
  var event: Event?
  /// Parts of the model that it claims to leave to another device.
  var fallbacks: [String] = []

  enum Clock: String, Decodable, Sendable {
    /// An inference keeps a core busy for as long as it takes.
    case real
    /// An inference returns at once and moves the clock that the measurement reads. Reading it takes no time, so latencies are exact.
    case simulated
  }

  /// What an inference takes: `base × mode × step × exp(jitter × z)` with z from a standard normal distribution.
  struct Latency: Decodable, Sendable {
    /// Microseconds; 0 returns at once.
    var baseMicroseconds = 0.0
    /// Standard deviation of the logarithm.
    var jitter = 0.0
    /// From `afterSeconds` on, counted from the first inference, latencies are multiplied.
    var step: Step?
    /// Each inference falls into one of these by chance.
    var modes: [Mode] = []
  }

  struct Step: Decodable, Sendable {
    let afterSeconds: Double
    let factor: Double

    enum CodingKeys: String, CodingKey {
      case afterSeconds = "after_s"
      case factor
    }
  }

  struct Mode: Decodable, Sendable {
    let share: Double
    let factor: Double
  }

  /// A mishap, as real libraries have them.
  struct Event: Decodable, Sendable {
    enum Kind: String, Decodable, Sendable {
      /// The engine reports an error.
      case fail
      /// The call never returns.
      case hang
      /// The process dies of SIGSEGV.
      case crash
      /// The process calls `abort`.
      case abort
      /// The process leaves with status 7.
      case exit
      /// Something kills the process, as the kernel does when memory is short.
      case kill
      /// The library prints 1 MiB at this inference and at every later one.
      case flood
    }

    let kind: Kind
    /// The inference at which it happens, warm-up included, from 1 on; 0 while the model is loaded.
    let at: Int
    /// The session that it happens to, in the order in which they are made, from 1 on; `nil` for all.
    let session: Int?
  }
}

extension SyntheticScript {
  private enum CodingKeys: String, CodingKey { case seed, inputs, outputs, latency, clock, event, fallbacks }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    seed = try container.decodeIfPresent(UInt64.self, forKey: .seed) ?? seed
    inputs = try container.decodeIfPresent([TensorSpec].self, forKey: .inputs) ?? inputs
    outputs = try container.decodeIfPresent([TensorSpec].self, forKey: .outputs) ?? outputs
    latency = try container.decodeIfPresent(Latency.self, forKey: .latency) ?? latency
    clock = try container.decodeIfPresent(Clock.self, forKey: .clock) ?? clock
    event = try container.decodeIfPresent(Event.self, forKey: .event)
    fallbacks = try container.decodeIfPresent([String].self, forKey: .fallbacks) ?? fallbacks
  }
}

extension SyntheticScript.Latency {
  private enum CodingKeys: String, CodingKey {
    case baseMicroseconds = "base_us"
    case jitter, step, modes
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    baseMicroseconds = try container.decodeIfPresent(Double.self, forKey: .baseMicroseconds) ?? baseMicroseconds
    jitter = try container.decodeIfPresent(Double.self, forKey: .jitter) ?? jitter
    step = try container.decodeIfPresent(SyntheticScript.Step.self, forKey: .step)
    modes = try container.decodeIfPresent([SyntheticScript.Mode].self, forKey: .modes) ?? modes
  }
}
