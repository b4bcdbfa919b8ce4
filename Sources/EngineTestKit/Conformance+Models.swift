import AssayCore
import EngineKit

extension Conformance {
  /// Models that must run right, one case each.
  static func modelCases(for description: EngineDescription, _ fixtures: Fixtures) -> [ConformanceCase] {
    fixtures.expectations(for: description.name).map { expectation in
      ConformanceCase("It computes \(expectation.title)") { engine, findings in
        let session = try engine.makeSession(expectation.sessionSpec(in: fixtures))
        check(specs: session.inputs, expectation.inputs, "Inputs", &findings)
        check(specs: session.outputs, expectation.outputs, "Outputs", &findings)
        findings.expectEqual(session.device, "cpu", "The device")
        guard findings.failures.isEmpty else { return }

        fillInputs(of: session, seed: fixtures.seed)
        try session.infer()
        check(outputs: session, expectation, "First inference", &findings)
        // The timed loop fills inputs once, so a second inference must find them as they were.
        try session.infer()
        check(outputs: session, expectation, "Second inference", &findings)
      }
    }
  }

  private static func check(
    specs: [TensorSpec], _ expected: [TensorSpec], _ what: String, _ findings: inout Findings
  ) {
    findings.expectEqual(specs.map(\.name), expected.map(\.name), "\(what), names")
    findings.expectEqual(specs.map(\.type), expected.map(\.type), "\(what), types")
    findings.expectEqual(specs.map(\.shape), expected.map(\.shape), "\(what), shapes")
    findings.expectEqual(specs.map(\.quantization), expected.map(\.quantization), "\(what), quantisation")
  }

  /// Compares all outputs of a session with what is expected.
  static func check(
    outputs session: any InferenceSession, _ expectation: Expectation, _ what: String, _ findings: inout Findings
  ) {
    for (index, output) in session.outputs.enumerated() {
      findings.expectEqual(session.outputBytes(at: index).count, output.byteCount, "\(what): bytes of \(output.name)")
      findings.expectValues(values(of: session, at: index), expectation.values[index], of: output, what)
    }
  }

  static func fillInputs(of session: any InferenceSession, seed: UInt64) {
    for (index, input) in session.inputs.enumerated() {
      RandomInputs.fill(session.inputBytes(at: index), spec: input, seed: seed, inputIndex: index)
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
    }
  }
}
