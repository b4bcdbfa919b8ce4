import AssayCore
import EngineKit
import Engines
import Foundation
import Imaging
import Inspection
import ModelFiles

extension FuzzedReader {
  /// Graph, signatures and external files of a model, as Assay reads them beside the engines.
  static func modelGraph(_ bench: Workbench) throws -> FuzzedReader {
    try bench.makeFolder("saved")
    return FuzzedReader(try graphs(bench)) { input in
      try bench.write(input, to: "model")
      try bench.write(input, to: "saved/saved_model.pb")
      var found = 0
      for (format, name) in formats {
        let path = bench.path(name)
        let uses = ModelGraph.inputUses(ofModel: path, format: format, signature: "serving_default")
        let signatures = ModelGraph.signatures(ofModel: path, format: format)
        for use in uses { _ = (use.range, use.limit, use.elements) }
        _ = ModelGraph.mainSignature(ofModel: path, format: format)
        found += uses.count + signatures.count + ModelGraph.externalFiles(ofModel: path, format: format).count
      }
      input.withUnsafeBytes { readForEngines($0) }
      return found > 0
    }
  }

  /// What engines read of a model beside their libraries: operators and signatures of TFLite, signatures of each graph in a SavedModel.
  private static func readForEngines(_ bytes: UnsafeRawBufferPointer) {
    if let graph = TFLiteGraph(bytes) {
      _ = (graph.customOperators, graph.hasVariables, graph.edgeTPURuntime)
      for index in graph.signatureInterfaces.indices {
        _ = (graph.inputs(ofSignature: index), graph.operationCount(ofSignature: index))
      }
    }
    for graph in ProtobufMessage(bytes).messages(2) { _ = SavedModelSignature.all(ofMetaGraph: graph) }
  }

  /// What follows from a model's graph, and its operations cut out.
  static func modelInspection(_ bench: Workbench) throws -> FuzzedReader {
    try bench.makeFolder("saved")
    return FuzzedReader(try graphs(bench)) { input in
      try bench.write(input, to: "model")
      try bench.write(input, to: "saved/saved_model.pb")
      var found = 0
      for (format, name) in formats {
        let path = bench.path(name)
        let isRead = try accepts(.badModel, naming: name) { () throws(AssayError) in
          let report = try ModelInspection.report(of: path, format: format, bytes: input.count)
          guard report.totals.macs >= 0, report.totals.parameters >= 0, (report.totals.activationBytes ?? 0) >= 0,
            report.layers.allSatisfy({ ($0.macs ?? 0) >= 0 && $0.parameters >= 0 })
          else { throw AssayError(.crashed, "\(report.totals)") }
          guard OperationCut.formats.contains(format) else { return }
          try OperationCut.each(report.layers.filter { $0.graph == nil }, of: path, format: format) { _, _ in }
        }
        found += isRead ? 1 : 0
      }
      return found > 0
    }
  }

  private static let formats: [(ModelFormat, String)] = [
    (.onnx, "model"), (.tflite, "model"), (.openvinoIR, "model"), (.savedModel, "saved"),
  ]

  private static func graphs(_ bench: Workbench) throws -> [[UInt8]] {
    let folders = ["Fixtures/Models", "Fixtures/Inputs", "Fixtures/TFLite", "Fixtures/Models/conv_saved_model"]
    return try folders.flatMap { try bench.fixtures($0, ".onnx", ".tflite", ".xml", "saved_model.pb") } + [deepGraph]
  }

  /// An OpenVINO model that is one long chain.
  private static var deepGraph: [UInt8] {
    let layers = (1..<300).map {
      #"<layer id="\#($0)" type="Reshape"/><edge from-layer="\#($0 - 1)" to-layer="\#($0)" to-port="0"/>"#
    }
    return Array(#"<net><layer id="0" type="Parameter" name="x"/>\#(layers.joined())</net>"#.utf8)
  }

  /// The normalisation in the metadata of a TFLite model.
  static func modelMetadata(_ bench: Workbench) throws -> FuzzedReader {
    FuzzedReader(try bench.fixtures("Fixtures/Metadata", ".tflite")) { input in
      var isFound = false
      _ = try accepts(.badModel, naming: "model") { () throws(AssayError) in
        let metadata = try input.withUnsafeBufferPointer { bytes throws(AssayError) in
          try InputMetadata(model: UnsafeRawBufferPointer(bytes), named: "model")
        }
        guard let metadata = metadata?.numbers else { return }
        isFound = true
        guard (metadata.mean + metadata.deviation).allSatisfy(\.isFinite), metadata.deviation.allSatisfy({ $0 > 0 })
        else {
          throw AssayError(.crashed, "\(metadata)")
        }
      }
      return isFound
    }
  }

  /// Models of the synthetic engine, up to the first inference.
  static func syntheticModel(_ bench: Workbench) throws -> FuzzedReader {
    let script = """
      {"seed": 7, "inputs": [{"name": "x", "type": "float32", "shape": [1, 8]}], "outputs": [{"name": "y", "type": "int8", "shape": [1, 4]}],
       "latency": {"base_us": 10, "jitter": 0.1, "step": {"after_s": 1, "factor": 2}, "modes": [{"share": 0.5, "factor": 1.5}]},
       "clock": "simulated", "event": {"kind": "fail", "at": 20}, "fallbacks": ["Softmax"]}
      """
    let path = bench.path("net.synthetic")
    return FuzzedReader([Array(script.utf8)] + (try bench.fixtures("Fixtures/Models", ".synthetic"))) { input in
      try bench.write(input, to: "net.synthetic")
      return try accepts(.badModel, .usage, .inferenceFailed, .unsupported, naming: path) {
        () throws(AssayError) in
        _ = try SyntheticEngine().compile(CompileSpec(modelPath: path, format: .synthetic))
      }
    }
  }

  /// The files of a folder of engines, which decide which library is opened.
  static func engineFolder(_ bench: Workbench) throws -> FuzzedReader {
    let names = ["libonnxruntime.so.1.23.0", "libonnxruntime.so.1.9.0", "libonnxruntime.so", "notes.txt"].joined(
      separator: "\n")
    let folder = "assay/engines/onnxruntime/onnxruntime/capi"
    let locator = EngineLibraryLocator(environment: ["XDG_DATA_HOME": bench.folder])
    guard let engine = EngineCatalogue.engine(named: "onnxruntime")?.description else {
      throw Finding("there is no engine onnxruntime")
    }
    return FuzzedReader([Array(names.utf8)]) { input in
      try? FileManager.default.removeItem(atPath: bench.path(folder))
      try bench.makeFolder(folder)
      for name in input.split(separator: UInt8(ascii: "\n")).prefix(20)
      where !name.contains(UInt8(ascii: "/")) && !name.contains(0) {
        let file = Array("\(bench.path(folder))/".utf8) + name + [0]
        let descriptor = file.withUnsafeBytes { bytes in
          bytes.bindMemory(to: CChar.self).baseAddress.map { open($0, O_CREAT | O_WRONLY, 0o600) } ?? -1
        }
        if descriptor >= 0 { close(descriptor) }
      }
      return try !locator.candidates(for: engine).filter { $0.origin == .managed }.isEmpty
    }
  }
}
