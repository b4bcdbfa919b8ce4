import Statistics
import Testing

@Suite("Agreement of tensors is that of their numbers")
struct TensorAgreementTests {
  @Test("Differences, cosine and the places of the largest are those of the definition")
  func figures() throws {
    var agreement = TensorAgreement()
    agreement.add([1, 2, 3, 4], [1, 2, 3, 5], rows: 2)
    agreement.add([0, 4], [3, 0], rows: 1)
    #expect(agreement.maximum == 4)
    #expect(try #require(agreement.mean) == (1.0 + 3 + 4) / 6)
    // Over both pairs: 1 + 4 + 9 + 20 + 0 + 0 over the lengths of (1, 2, 3, 4, 0, 4) and (1, 2, 3, 5, 3, 0).
    #expect(abs(try #require(agreement.cosine) - 34 / (46.0 * 48).squareRoot()) < 1e-12)
    #expect(agreement.rows == 3 && agreement.sameTop1 == 2)
    #expect(agreement.notFinite == 0)
  }

  @Test("What is not finite is counted, and spoils no figure")
  func notFinite() {
    var agreement = TensorAgreement()
    agreement.add([.nan, 1, .infinity, 2], [0, 1, .infinity, .nan], rows: 1)
    #expect(agreement.notFinite == 3)
    #expect(agreement.notFiniteBySide.first == 2 && agreement.notFiniteBySide.second == 2)
    #expect(agreement.maximum == 0 && agreement.mean == 0 && agreement.cosine == 1)
  }

  @Test("Nothing, and zeros, have no cosine")
  func empty() {
    var agreement = TensorAgreement()
    #expect(agreement.maximum == nil && agreement.mean == nil && agreement.cosine == nil)
    agreement.add([], [], rows: 1)
    agreement.add([0, 0], [1, 2], rows: 1)
    #expect(agreement.cosine == nil && agreement.maximum == 2)
    #expect(agreement.rows == 1 && agreement.sameTop1 == 0)
  }
}
