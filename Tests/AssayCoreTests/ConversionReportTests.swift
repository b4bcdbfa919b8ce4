import AssayCore
import Testing

@Suite("How far a conversion may turn from its source")
struct ConversionReportTests {
  private func output(
    cosine: Double?, maximum: Double?, notFinite: (reference: Int, cell: Int) = (0, 0)
  ) -> OutputDifference {
    OutputDifference(
      cell: 2, output: "output", elements: 10, maximum: maximum, mean: maximum, cosine: cosine, sameTop1: 1, rows: 1,
      notFinite: max(notFinite.reference, notFinite.cell), referenceNotFinite: notFinite.reference,
      cellNotFinite: notFinite.cell)
  }

  private func agreement(
    _ output: OutputDifference, lost: [String] = [], bound: Double?
  ) -> ConversionReport.Agreement {
    ConversionReport.Agreement(
      reference: Target(engine: "onnxruntime"), target: Target(engine: "litert"), inferences: 1, outputs: [output],
      lost: lost, bound: bound)
  }

  private func violates(
    cosine: Double?, maximum: Double?, notFinite: (reference: Int, cell: Int) = (0, 0), bound: Double? = 0.999
  ) -> Bool {
    let output = self.output(cosine: cosine, maximum: maximum, notFinite: notFinite)
    return agreement(output, bound: bound).violations == [output]
  }

  private func report(_ agreement: ConversionReport.Agreement) -> ConversionReport {
    var report = ConversionReport(
      source: ModelReference(path: "net.onnx"), result: ModelReference(path: "net.tflite"), forms: ["ONNX", "TFLite"],
      steps: [], failures: [])
    report.agreement = agreement
    return report
  }

  @Test("A direction below the bound is too far, and int8 has no bound")
  func cosine() {
    #expect(violates(cosine: 0.9, maximum: 1))
    #expect(!violates(cosine: 0.9995, maximum: 1))
    #expect(!violates(cosine: 0.9, maximum: 1, bound: nil))
  }

  @Test("Where all is zero, only equality is good")
  func zero() {
    #expect(violates(cosine: nil, maximum: 1))
    #expect(!violates(cosine: nil, maximum: 0))
  }

  @Test("A result that overflows is too far, however close the rest is, and a source that does so itself is not")
  func notFinite() {
    #expect(violates(cosine: nil, maximum: nil, notFinite: (0, 10)))
    #expect(violates(cosine: 1, maximum: 0, notFinite: (0, 1)))
    #expect(!violates(cosine: 1, maximum: 0, notFinite: (1, 1)))
  }

  @Test("An output that a float model loses is an error, and an int8 model has none")
  func lost() {
    let same = output(cosine: 1, maximum: 0)
    let error = report(agreement(same, lost: ["boxes"], bound: 0.999)).violation
    #expect(error?.code == .inferenceFailed && error?.message.contains("'boxes'") == true)
    #expect(report(agreement(same, lost: ["boxes"], bound: nil)).violation == nil)
    #expect(report(agreement(same, bound: 0.999)).violation == nil)
  }

  @Test("The error names the side whose values are not finite")
  func sides() {
    let found = output(cosine: 1, maximum: 0, notFinite: (reference: 0, cell: 3))
    let message = report(agreement(found, bound: 0.999)).violation?.message ?? ""
    #expect(message.contains("has 3 values that are not finite, and the source's 0"), "\(message)")
  }
}
