import AssayCore
import Foundation
import JSONCoding
import Launching
import Platform
import RecordLog

extension FuzzedReader {
  /// What a worker sends, frame by frame, in pieces as a pipe delivers them.
  static func workerFrames(_ bench: Workbench) throws -> FuzzedReader {
    let encoder = JSONEncoder()
    let messages = try SampleMessages.fromWorker.map { Frame.message(try encoder.encode($0)) }
    let log = try SampleRuns.recordLogs(bench)[1].dropFirst(4096)
    let raw = [
      Frame.raw(.records, log), Frame.raw(.telemetry, Array("[1,2,null]\n".utf8)),
      Frame.raw(.predictions, Array("a.jpg,1\n".utf8)),
    ]
    let contents = try SampleMessages.fromWorker.map { Array(try encoder.encode($0)) }
    let samples = contents + messages + [Array((messages + raw).joined()), Array((raw + messages).joined())]
    var job = CellJob(recordLogPath: bench.path("fed.records"), predictionsPath: bench.path("fed.csv"))
    job.telemetryPath = bench.path("fed.jsonl")
    job.delivery = Delivery(modelName: "net.onnx")
    let spec = CellSpec(
      model: ModelReference(path: "net.onnx"), target: Target(engine: "onnxruntime"), options: CellOptions(threads: 1),
      measure: .latency(RepetitionRule()))
    return FuzzedReader(samples) { input in
      for path in [job.recordLogPath, job.predictionsPath, job.telemetryPath] { _ = path.map { unlink($0) } }
      return try accepts(.protocolViolation) { () throws(AssayError) in
        let feed = RecordFeed(spec, job)
        defer { try? feed?.end() }
        try feed?.begin()
        try frames(of: input) { frame throws(AssayError) in
          guard frame.kind == .message else { return try feed?.take(frame) ?? () }
          guard let message = try? JSONDecoder().decode(WorkerMessage.self, from: Data(frame.bytes)) else {
            throw AssayError(.protocolViolation, "The worker sent a message that this assay does not know.")
          }
          for request in SampleMessages.requests() { _ = request.isAnswered(by: message) }
        }
      }
    }
  }

  /// What a parent sends, as the worker reads it.
  static func parentFrames(_ bench: Workbench) throws -> FuzzedReader {
    let requests = try SampleMessages.requests().map { Frame.message(try JSONWriter.encode($0)) }
    let commands = try SampleMessages.commands.map { Frame.message(try JSONWriter.encode($0)) }
    let contents = (requests + commands).map { Array($0.dropFirst(4)) }
    return FuzzedReader(contents + requests + commands + requests.map { $0 + commands.joined() }) { input in
      var isFirst = true
      return try accepts(.protocolViolation) { () throws(AssayError) in
        try frames(of: input) { frame throws(AssayError) in
          let bytes = Array(frame.bytes)
          let request = isFirst ? try? JSONReader.decode(WorkerRequest.self, from: bytes) : nil
          isFirst = false
          if request != nil { return }
          guard frame.kind == .message, (try? JSONReader.decode(WorkerCommand.self, from: bytes)) != nil else {
            throw AssayError(.protocolViolation, "The worker does not understand the request.")
          }
        }
      }
    }
  }

  /// A program in the place of the worker that prints anything, to the parent that supervises it.
  static func workerOutput(_ bench: Workbench) throws -> FuzzedReader {
    let machine = Frame.message(try JSONEncoder().encode(SampleMessages.machine))
    let failure = Frame.message(try JSONEncoder().encode(SampleMessages.fromWorker.last))
    let launch = WorkerLaunch(program: try bench.worker(printing: "output"))
    let content = Array(try JSONEncoder().encode(SampleMessages.machine))
    return FuzzedReader([content, content, machine, failure, failure + machine, Array("not a frame\n".utf8)]) { input in
      try bench.write(framed(input), to: "output")
      return try accepts(.protocolViolation, .crashed, .badModel, .inputOutput) { () throws(AssayError) in
        _ = try WorkerQuestion.machine(launch)
      }
    }
  }

  /// What a library prints to standard error, as a report quotes it.
  static func libraryOutput(_ bench: Workbench) -> FuzzedReader {
    let lines =
      "I0000 delegate created\n\u{1B}[31mE0000 failed\u{1B}[0m: üñí\n" + String(repeating: "long ", count: 2000)
    return FuzzedReader([Array(lines.utf8), Array("terminate called after throwing\n".utf8)]) { input in
      var tail = OutputTail()
      for start in stride(from: 0, to: input.count, by: 1000) {
        input[start..<min(start + 1000, input.count)].withUnsafeBytes { tail.append($0) }
      }
      let text = tail.text ?? ""
      guard !text.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" && $0 != "\t" }),
        text.utf8.count < 20_000
      else {
        throw Finding("the tail is \(text.debugDescription)")
      }
      return !text.isEmpty
    }
  }

  /// Damage to a message nearly always makes its length wrong, so a message without its length gets the right one.
  private static func framed(_ input: [UInt8]) -> [UInt8] {
    input.first == UInt8(ascii: "{") ? Frame.message(input) : input
  }

  private static func frames(of input: [UInt8], _ body: (Frame) throws(AssayError) -> Void) throws(AssayError) {
    let input = framed(input)
    var frames = FrameBuffer()
    for start in stride(from: 0, to: input.count, by: 1 << 12) {
      input[start..<min(start + 1 << 12, input.count)].withUnsafeBytes { frames.append($0) }
      guard frames.missingCount >= 0 else { throw AssayError(.crashed, "\(frames.missingCount) bytes are missing") }
      while let frame = try frames.next() { try body(frame) }
    }
  }
}
