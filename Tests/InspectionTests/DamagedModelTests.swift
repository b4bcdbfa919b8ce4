import AssayCore
import Foundation
import Inspection
import TestSupport
import Testing

@Suite("Damaged models are refused, with what is wrong with them")
struct DamagedModelTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func refusal(of bytes: some Sequence<UInt8>, as name: String) throws -> String {
    let path = try sandbox.write(Data(bytes), to: name)
    let format = try #require(ModelFormat(pathExtension: URL(filePath: name).pathExtension))
    let error = #expect(throws: AssayError.self) { try ModelInspection.report(of: path, format: format, bytes: 1) }
    #expect(error?.code == .badModel)
    return error?.message ?? ""
  }

  @Test("A file that is cut off", arguments: ["conv.onnx", "conv.xml", "conv.tflite"])
  func truncated(_ name: String) throws {
    let bytes = try Data(contentsOf: URL(filePath: PackageFiles.path("Tests/Fixtures/Models/\(name)")))
    #expect(try refusal(of: bytes.prefix(bytes.count / 2), as: name).contains("cannot be read"))
  }

  @Test("A file of something else", arguments: ["a.onnx", "a.xml", "a.tflite"])
  func noise(_ name: String) throws {
    #expect(try refusal(of: Array("[1, 2, 3] no model".utf8), as: name).contains("cannot be read"))
  }

  @Test("Graphs inside each other without end")
  func nested() throws {
    #expect(try refusal(of: ONNXModel.nested(graphs: 70), as: "nested.onnx").contains("inside each other"))
  }

  @Test("A layer of OpenVINO's that nothing leads to")
  func edges() throws {
    let text = """
      <net><layers><layer id="0" name="r" type="ReLU"><input><port id="0"/></input><output><port id="1"/></output></layer></layers></net>
      """
    #expect(try refusal(of: Array(text.utf8), as: "edges.xml").contains("nothing leads to input 0 of layer r"))
  }

  @Test("A format whose graph Assay does not read")
  func format() throws {
    let path = try sandbox.write(Data([1]), to: "a.pt2")
    let error = #expect(throws: AssayError.self) { try ModelInspection.report(of: path, format: .pt2, bytes: 1) }
    #expect(error?.code == .unsupported)
  }
}
