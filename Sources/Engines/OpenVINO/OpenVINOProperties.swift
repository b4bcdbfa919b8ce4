import AssayCore
import EngineKit

/// The properties that a model is compiled with, in the order in which they are given.
struct OpenVINOProperties {
  private(set) var pairs: [(key: String, value: String)] = []

  subscript(key: String) -> String? {
    get { pairs.first { $0.key == key }?.value }
    set {
      pairs.removeAll { $0.key == key }
      if let newValue { pairs.append((key, newValue)) }
    }
  }

  static let precision = "INFERENCE_PRECISION_HINT"
  static let threads = "INFERENCE_NUM_THREADS"
  static let streams = "NUM_STREAMS"

  /// What makes one inference at a time as fast as it can be. With `setThreads` the CPU also gets
  /// - `INFERENCE_NUM_THREADS`: the threads of the session, so that what is measured is what was asked for (OpenVINO takes
  ///   fewer where the process may not use as many processors);
  /// - `NUM_STREAMS` 1: all of these threads work on the one inference, on machines of several sockets too.
  ///
  /// On the CPU this gives the compiled model the same properties as `benchmark_app -hint none -nstreams 1 -nthreads N` and
  /// as the hint with the number of threads alone (all were read back and compared with 2026.4.1). The rest stays as
  /// OpenVINO chooses it, because it chooses by the processor: pinning of threads, kinds of cores, hyper-threading, and the
  /// inference precision.
  static let latency = {
    var properties = OpenVINOProperties()
    properties["PERFORMANCE_HINT"] = "LATENCY"
    return properties
  }()

  ///
  /// Several streams get as many of OpenVINO's own, with so many threads each, and the hint for throughput.
  mutating func setThreads(_ count: Int, streams: Int) {
    if streams > 1 { self["PERFORMANCE_HINT"] = "THROUGHPUT" }
    self[Self.streams] = String(streams)
    self[Self.threads] = String(count * streams)
  }
}

extension OpenVINOEngine {
  /// The properties to compile with, for a device and what was asked for.
  ///
  /// A device that only distributes work (`AUTO`, `HETERO`) takes few properties itself and silently ignores the rest, so what is meant
  /// for the devices behind it is given to them. There it stays, for this engine alone: a worker compiles one model.
  ///
  /// - Throws: `.usage` for an option that OpenVINO does not take, `.unsupported` for a precision.
  func properties(for spec: CompileSpec, on device: OpenVINODevice) throws(AssayError) -> OpenVINOProperties {
    var properties = OpenVINOProperties.latency
    if spec.observation != nil { properties["PERF_COUNT"] = "YES" }
    if device.kind == "CPU" { properties.setThreads(spec.threads, streams: spec.streams) }
    if device.isDistributor { try prepareDevices(behind: device, spec, &properties) }
    try setPrecision(of: spec, on: device, &properties)
    for (key, value) in spec.engineOptions.settings.sorted(by: { $0.key < $1.key }) {
      guard key != OpenVINOProperties.threads else {
        throw AssayError(
          .usage, "--threads sets \(key), so --engine-option cannot.", advice: "Give --threads \(value).")
      }
      try set(key, value, on: device, &properties, as: "--engine-option \(key)=\(value)")
    }
    return properties
  }

  private func prepareDevices(
    behind device: OpenVINODevice, _ spec: CompileSpec, _ properties: inout OpenVINOProperties
  ) throws(AssayError) {
    // The first inferences would run on the CPU until the chosen device is ready.
    if core.properties(of: device.kind).contains("ENABLE_STARTUP_FALLBACK") {
      properties["ENABLE_STARTUP_FALLBACK"] = "NO"
    }
    guard workers(of: device).contains("CPU") else { return }
    var ofCPU = properties
    ofCPU.setThreads(spec.threads, streams: spec.streams)
    for key in [OpenVINOProperties.streams, OpenVINOProperties.threads] {
      try set(key, ofCPU[key] ?? "", ofDevice: "CPU", as: "--threads \(spec.threads)")
    }
  }

  private func setPrecision(
    of spec: CompileSpec, on device: OpenVINODevice, _ properties: inout OpenVINOProperties
  ) throws(AssayError) {
    guard let precision = spec.engineOptions.precision else { return }
    guard precision != .int8 else {
      throw AssayError(
        .unsupported, "OpenVINO computes in int8 only what a model has quantised.",
        advice: "Leave --precision out, and give a model that is quantised to int8.")
    }
    guard spec.engineOptions.settings[OpenVINOProperties.precision] == nil else {
      throw AssayError(
        .usage, "--precision and --engine-option both set \(OpenVINOProperties.precision).", advice: "Give one of them."
      )
    }
    // It computes in no other, and has no property for it.
    if device.kind == "MYRIAD" {
      guard precision == .float16 else {
        throw AssayError(
          .unsupported, "The device \(OpenVINODevice.target(device.name)) computes in f16 alone.",
          advice: "Leave --precision out.")
      }
      return
    }
    let option = "--precision \(precision.rawValue)"
    try set(OpenVINOProperties.precision, precision.rawValue, on: device, &properties, as: option)
  }

  /// Sets a property of the compilation, or of the devices behind one that distributes work.
  private func set(
    _ key: String, _ value: String, on device: OpenVINODevice, _ properties: inout OpenVINOProperties,
    as option: String
  ) throws(AssayError) {
    guard device.isDistributor, !core.properties(of: device.kind).contains(key) else {
      properties[key] = value
      return
    }
    let takers = workers(of: device).filter { core.properties(of: $0).contains(key) }
    guard !takers.isEmpty else {
      let devices = ([device.kind] + workers(of: device)).map(OpenVINODevice.target).joined(separator: ", ")
      throw AssayError(
        .usage, "\(description.displayName) takes no \(option): none of \(devices) has the property \(key).",
        advice: "Correct the option, or leave it out.")
    }
    for name in takers { try set(key, value, ofDevice: name, as: option) }
  }

  private func set(
    _ key: String, _ value: String, ofDevice name: String, as option: String
  ) throws(AssayError) {
    do throws(OpenVINOFailure) {
      try core.setProperty(key, value, of: name)
    } catch {
      throw error.error(
        key == OpenVINOProperties.precision ? .unsupported : .usage,
        "\(description.displayName) refuses \(option) for \(OpenVINODevice.target(name))",
        advice: "Correct the option, or leave it out.")
    }
  }

  /// The devices that may do the work, without the sizes of batches.
  private func workers(of device: OpenVINODevice) -> [String] {
    let names = device.members.isEmpty ? (try? core.deviceNames()) ?? [] : device.members
    return names.map { String($0.prefix { $0 != "(" }) }
  }
}
