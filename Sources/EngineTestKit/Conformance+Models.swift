import AssayCore
import EngineKit

extension Conformance {
  /// Models that must run right, one case each.
  static func modelCases(for description: EngineDescription, _ fixtures: Fixtures) -> [ConformanceCase] {
    fixtures.expectations(for: description).map { expectation in
      ConformanceCase("It computes \(expectation.title)") { engine, failures in
        let model = try engine.compile(expectation.compileSpec(in: fixtures))
        // A device of several kinds names the kind first, `openvino:cpu` of ONNX Runtime, and `auto` becomes what it chooses.
        let isRight = model.device == fixtures.device || model.device.split(separator: ":").last == "cpu"
        failures.expect(isRight, "The device is \(model.device), expected \(fixtures.device)")
        let session = try model.makeSession()
        check(specs: session.inputs, expectation.inputs, "Inputs", &failures)
        failures.expectEqual(session.outputs.map(\.name), expectation.outputs.map(\.name), "Outputs, names")
        failures.expectEqual(session.outputs.map(\.type), expectation.outputs.map(\.type), "Outputs, types")
        guard failures.sentences.isEmpty else { return }

        session.fillInputs(seed: fixtures.seed)
        try session.infer()
        check(specs: session.outputs, expectation.outputs, "Outputs", &failures)
        check(outputs: session, expectation, "First inference", &failures)
        // The timed loop fills inputs once, so a second inference must find them as they were.
        try session.infer()
        check(outputs: session, expectation, "Second inference", &failures)
      }
    }
  }

  private static func check(
    specs: [TensorSpec], _ expected: [TensorSpec], _ what: String, _ failures: inout Failures
  ) {
    failures.expectEqual(specs.map(\.name), expected.map(\.name), "\(what), names")
    failures.expectEqual(specs.map(\.type), expected.map(\.type), "\(what), types")
    failures.expectEqual(specs.map(\.shape), expected.map(\.shape), "\(what), shapes")
    failures.expectEqual(specs.map(\.quantization), expected.map(\.quantization), "\(what), quantisation")
  }

  /// Compares all outputs of a session with what is expected.
  static func check(
    outputs session: any InferenceSession, _ expectation: Expectation, _ what: String, _ failures: inout Failures
  ) {
    for (index, output) in session.outputs.enumerated() {
      failures.expectEqual(session.outputBytes(at: index).count, output.byteCount, "\(what): bytes of \(output.name)")
      failures.expectValues(values(of: session, at: index), expectation.values[index], of: output, what)
    }
  }

  /// The elements of an output, all of which a double holds exactly: the fixtures have no large 64-bit integers.
  static func values(of session: any InferenceSession, at index: Int) -> [Double] {
    let bytes = session.outputBytes(at: index)
    func load<Element: BitwiseCopyable>(_: Element.Type, _ number: (Element) -> Double) -> [Double] {
      stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.stride).map { offset in
        number(bytes.loadUnaligned(fromByteOffset: offset, as: Element.self))
      }
    }
    return switch session.outputs[index].type {
    case .float16: load(Float16.self, Double.init)
    case .bfloat16: load(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: load(Float.self, Double.init)
    case .float64: load(Double.self) { $0 }
    case .int8: load(Int8.self, Double.init)
    case .int16: load(Int16.self, Double.init)
    case .int32: load(Int32.self, Double.init)
    case .int64: load(Int64.self, Double.init)
    case .uint8, .bool: load(UInt8.self, Double.init)
    case .uint16: load(UInt16.self, Double.init)
    case .uint32: load(UInt32.self, Double.init)
    case .uint64: load(UInt64.self, Double.init)
    default: []
    }
  }
}
