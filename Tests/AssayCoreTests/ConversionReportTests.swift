import AssayCore
import Testing

@Suite("How far a conversion may turn from its source")
struct ConversionReportTests {
  private func violates(cosine: Double?, maximum: Double?, notFinite: Int = 0, bound: Double? = 0.999) -> Bool {
    let output = OutputDifference(
      cell: 2, output: "output", elements: 10, maximum: maximum, mean: maximum, cosine: cosine, sameTop1: 1, rows: 1,
      notFinite: notFinite)
    let agreement = ConversionReport.Agreement(
      reference: Target(engine: "onnxruntime"), target: Target(engine: "litert"), inferences: 1, outputs: [output],
      bound: bound)
    return agreement.violations == [output]
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

  @Test("A result that overflows is too far, however close the rest is")
  func notFinite() {
    #expect(violates(cosine: nil, maximum: nil, notFinite: 10))
    #expect(violates(cosine: 1, maximum: 0, notFinite: 1))
  }
}
