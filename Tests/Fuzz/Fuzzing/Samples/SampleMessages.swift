import AssayCore
import Foundation
import ResultStore

/// Every message between parent and worker.
enum SampleMessages {
  static let machine = WorkerMessage.machine(
    MachineDescription(
      host: HostDescription(
        cpu: "AMD EPYC", architecture: "x86_64", cores: 4, physicalCores: 2, allowedCores: 4, allowedPhysicalCores: 2),
      engines: [
        KnownEngine(
          name: "onnxruntime", displayName: "ONNX Runtime", formats: [.onnx], isInstalled: true, isInstallable: true)
      ]))

  /// What a worker sends, in order.
  static let fromWorker: [WorkerMessage] = [
    machine, .lacking([0, 1]),
    .engineOpened(
      OpenedEngine(
        name: "onnxruntime", displayName: "ONNX Runtime", formats: [.onnx], version: "1.23.0",
        library: "/lib/libonnxruntime.so", origin: "managed folder",
        devices: [DeviceDescription(name: "cpu", hardware: "AMD EPYC")], problems: ["the Edge TPU cannot be used"])),
    .sessionReady(
      ReadySession(
        inputs: [TensorSpec(name: "x", type: .float32, shape: [1, 3])],
        outputs: [TensorSpec(name: "y", type: .int8, shape: [1, 10])],
        device: "cpu", loadMilliseconds: 12.5, inputsChosen: [InputChoice(name: "x", source: .random, low: 0, high: 1)],
        warnings: SampleRuns.warnings)),
    .measuring(
      WarmUpResult(
        firstInferenceMilliseconds: 2, count: 17, outputs: [], harnessOverheadNanoseconds: 120, deviceMilliseconds: 1)),
    .counted(SampleRuns.accuracyCounts), .blockDone(RecordRange(first: 0, count: 12)),
    .compiled,
    .sensors(SensorReadings(temperature: 54, clock: 1500, power: 4.5, isThrottled: false)), .warning(.sortedOutput),
    .finished(CellMeasurement(stoppedEarly: false, peakResidentBytes: 64 << 20, accuracy: SampleRuns.accuracyCounts)),
    .failed(AssayError(.badModel, "net.onnx is damaged.", advice: "Export it again.", outputTail: "parse error")),
  ]

  /// What a parent sends first.
  static func requests() -> [WorkerRequest] {
    SampleRuns.unfinishedRuns().map { run in
      var job = CellJob(
        recordLogPath: "/tmp/run.records", resumePoint: ResumePoint(count: 12, nanoseconds: 1_000_000),
        images: ImageManifest(path: "/tmp/images", count: 20, namedClasses: 10, labels: 0...9),
        inputFiles: [InputFile(path: "/tmp/x.npy", sha256: String(repeating: "cd", count: 32))],
        predictionsPath: "/tmp/run.csv",
        measuresInBlocks: true)
      job.delivery = Delivery(modelName: "net.onnx")
      return WorkerRequest(.measure(run.report.spec, job))
    } + [WorkerRequest(.describeMachine), WorkerRequest(.describeEngine(name: "litert", library: nil))]
  }

  /// What a parent sends later.
  static let commands: [WorkerCommand] = [
    .offer([
      OfferedFile(sha256: String(repeating: "ab", count: 32), bytes: 12, name: "net.onnx"),
      OfferedFile(sha256: String(repeating: "cd", count: 32), bytes: 0, name: "a.jpg", label: 3),
    ]), .offer([]), .runBlock(RepetitionRule()), .stop,
  ]
}
