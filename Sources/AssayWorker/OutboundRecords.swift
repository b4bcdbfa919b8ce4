import AssayCore

/// All that a worker records for a parent with which it shares no files: records, predictions, sensors.
struct OutboundRecords {
  private let channel: ProtocolChannel
  private let forwarder: RecordForwarder
  private let sensors: WorkerSensors?

  /// - Parameter job: with the paths of this machine.
  /// - Throws: `.inputOutput` if no thread can be started.
  init(_ spec: CellSpec, _ job: CellJob, to channel: ProtocolChannel) throws(AssayError) {
    self.channel = channel
    forwarder = RecordForwarder(job, to: channel)
    sensors = job.telemetryPath.flatMap { path in
      spec.measure.stress.map { WorkerSensors($0, logPath: path) }
    }
    // Cells that take turns must not compute while another one is measured.
    guard !job.measuresInBlocks else { return }
    try forwarder.start { [sensors, channel] in
      if let readings = sensors?.readings { channel.send(.sensors(readings)) }
    }
  }

  /// The first record is about to come.
  func measurementBegan() { sensors?.measurementBegan() }

  /// Sends all that was recorded until now.
  ///
  /// - Throws: `.inputOutput` if it cannot be read.
  func flush() throws(AssayError) { try forwarder.flush() }

  /// Stops reading sensors and sends the rest.
  ///
  /// - Throws: as `flush`.
  func end() throws(AssayError) {
    if let warning = sensors?.stop() { channel.send(.warning(warning)) }
    try flush()
  }
}
