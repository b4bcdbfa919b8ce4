import AssayCore
import EngineKit

extension Conformance {
  /// What an engine must refuse, with an error of the right kind and without harm to the process.
  static func refusalCases(for description: EngineDescription, _ fixtures: Fixtures) -> [ConformanceCase] {
    let expectations = fixtures.expectations(for: description)
    let readable = description.formats
    var cases = readable.sorted { $0.rawValue < $1.rawValue }.map {
      badFiles(of: $0, readable: readable, fixtures)
    }
    cases += ModelFormat.known.map(\.format).filter { !readable.contains($0) }.compactMap { foreign($0, fixtures) }
    cases += expectations.compactMap { unresolved($0, fixtures) }
    if let any = expectations.first {
      cases += [unknownDevice(any, fixtures), wrongShapes(any, fixtures), fixedBatch(any, fixtures)]
    }
    return cases
  }

  private static func badFiles(
    of format: ModelFormat, readable: Set<ModelFormat>, _ fixtures: Fixtures
  ) -> ConformanceCase {
    ConformanceCase("A bad model is an error that names it (\(format.rawValue))") { engine, failures in
      try withScratchFolder { folder in
        for bad in try BadModel.all(of: format, readable: readable, fixtures, in: folder) {
          failures.expectError([.badModel], naming: [bad.path], of: "A model that \(bad.what)") {
            () throws(AssayError) in
            _ = try engine.makeSession(CompileSpec(modelPath: bad.path, format: format, device: fixtures.device))
          }
        }
      }
    }
  }

  private static func foreign(_ format: ModelFormat, _ fixtures: Fixtures) -> ConformanceCase? {
    guard let model = fixtures.model(in: format) else { return nil }
    return ConformanceCase("A model of a format that it does not read is unsupported (\(format.rawValue))") {
      engine, failures in
      failures.expectError([.unsupported], of: model) { () throws(AssayError) in
        _ = try engine.makeSession(
          CompileSpec(modelPath: fixtures.path(model), format: format, device: fixtures.device))
      }
    }
  }

  /// - Returns: `nil` for a model that needs no shape, or several.
  private static func unresolved(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase? {
    guard let (name, shape) = expectation.shapes?.first, expectation.inputs.count == 1 else { return nil }
    return ConformanceCase("A dynamic shape that is not given is an error that names the flag (\(expectation.model))") {
      engine, failures in
      var spec = expectation.compileSpec(in: fixtures)
      spec.shapes = [:]
      failures.expectError([.usage], naming: ["--shape", name], of: "No shape") { () throws(AssayError) in
        _ = try engine.makeSession(spec)
      }
      spec.shapes = [name: Array(shape.dropLast())]
      // Only the inference tells an engine that knows no ranks, such as TorchScript.
      failures.expectError([.usage, .inferenceFailed], naming: [], of: "A shape of another rank") {
        () throws(AssayError) in
        try engine.makeSession(spec).infer()
      }
      // The empty name stands for the only input.
      spec.shapes = ["": shape]
      let session = try engine.makeSession(spec)
      failures.expectEqual(session.inputs.map(\.shape), [shape], "The shape given without a name")
    }
  }

  private static func unknownDevice(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("A device that is not there is an error") { engine, failures in
      var spec = expectation.compileSpec(in: fixtures)
      for device in ["nosuchdevice", "cuda:99"] {
        spec.device = device
        failures.expectError([.deviceUnavailable], naming: [device], of: "Device \(device)") {
          () throws(AssayError) in
          _ = try engine.makeSession(spec)
        }
      }
    }
  }

  private static func wrongShapes(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("A shape for an input that is not there is an error that names the inputs") { engine, failures in
      var spec = expectation.compileSpec(in: fixtures)
      spec.shapes = ["nosuchinput": [1, 2]]
      let names = ["nosuchinput"] + expectation.inputs.map(\.name)
      failures.expectError([.usage], naming: names, of: "--shape nosuchinput=1,2") { () throws(AssayError) in
        _ = try engine.makeSession(spec)
      }
    }
  }

  private static func fixedBatch(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("A batch that the model does not allow is refused, or the model is really resized") {
      engine, failures in
      var spec = expectation.compileSpec(in: fixtures)
      spec.batch = 2
      do {
        let session = try engine.makeSession(spec)
        failures.expectEqual(session.inputs.map { $0.shape.first }, session.inputs.map { _ in 2 }, "First dimensions")
        session.fillInputs(seed: fixtures.seed)
        try session.infer()
      } catch let error as AssayError {
        failures.expect([.usage, .unsupported].contains(error.code), "The error is \(error.code.rawValue) (\(error))")
      }
    }
  }
}
