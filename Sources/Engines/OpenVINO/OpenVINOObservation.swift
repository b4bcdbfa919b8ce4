import AssayCore
import CEngineAPIs
import ModelFiles

/// What OpenVINO made of a model: its runtime model, and the times that requests keep of their layers.
struct OpenVINOObservation {
  private let api: OpenVINOAPI
  private let compiled: LibraryObject
  private let modelPath: String
  private let folder: String
  private var recorded = 0
  /// By name, in the order of the first inference.
  private var layers: [String: EngineLayer] = [:]
  private var names: [String] = []

  init(of model: OpenVINOModel, in folder: String) {
    (api, compiled, modelPath) = (model.api, model.compiled, model.modelPath)
    self.folder = folder
  }

  /// Takes the times of the last inference.
  ///
  /// - Throws: `.unsupported` for a device that keeps none.
  mutating func record(_ request: LibraryObject) throws(AssayError) {
    var list = ov_profiling_info_list_t()
    do throws(OpenVINOFailure) {
      try api.check(api.functions.infer_request_get_profiling_info(request.pointer, &list))
    } catch {
      throw error.error(.unsupported, "OpenVINO does not tell how long the layers of \(modelPath) take")
    }
    defer { api.functions.profiling_info_list_free(&list) }
    for entry in UnsafeBufferPointer(start: list.profiling_infos, count: list.size) {
      guard let name = entry.node_name.map({ String(cString: $0) }), entry.status == OV_PROFILING_EXECUTED else {
        continue
      }
      if layers[name] == nil {
        names.append(name)
        layers[name] = EngineLayer(
          name: name, operation: entry.node_type.map { String(cString: $0) } ?? "",
          kernel: entry.exec_type.map { String(cString: $0) },
          microseconds: Array(repeating: 0, count: recorded))
      }
      layers[name]?.microseconds.append(Double(entry.real_time))
    }
    recorded += 1
    for name in names where layers[name]?.microseconds.count != recorded { layers[name]?.microseconds.append(0) }
  }

  /// The runtime model with the times; the times alone from a device or a version without one.
  func graph() throws(AssayError) -> EngineGraph {
    guard let model = try runtimeModel() else {
      return EngineGraph(evidence: .profiler, layers: names.compactMap { layers[$0] })
    }
    return EngineGraph(
      evidence: .runtimeModel,
      layers: Self.running(model).map { node in
        let output = node.outputs.first.flatMap(\.self).map { model.tensors[$0] }
        return EngineLayer(
          name: node.name, operation: node.operation,
          sourceNames: node.texts("originalLayersNames"),
          inputs: node.inputs.map { $0.map { model.tensors[$0].name } ?? "" },
          outputs: node.outputs.map { $0.map { model.tensors[$0].name } ?? "" },
          outputType: output?.type, outputShape: output?.shape,
          precision: node.text("runtimePrecision"), kernel: node.text("primitiveType"),
          microseconds: layers[node.name]?.microseconds ?? [])
      })
  }

  /// What runs in every inference: neither inputs and outputs, nor what prepares weights while the model is loaded.
  private static func running(_ model: SourceModel) -> [SourceNode] {
    var constants: Set<Int> = []
    return (model.graphs.first?.nodes ?? []).filter { node in
      let inputs = node.inputs.compactMap(\.self)
      let isConstant = !inputs.isEmpty && inputs.allSatisfy { model.tensors[$0].isConstant || constants.contains($0) }
      if isConstant { constants.formUnion(node.outputs.compactMap(\.self)) }
      return !isConstant && !["Input", "Output"].contains(node.operation)
    }
  }

  private func runtimeModel() throws(AssayError) -> SourceModel? {
    do throws(OpenVINOFailure) {
      let model = try api.object(releasedBy: api.functions.model_free) {
        api.functions.compiled_model_get_runtime_model(compiled.pointer, $0)
      }
      let status = withUnsafePointer(to: api.functions) { assay_ov_serialize($0, model.pointer, folder) }
      guard status == OV_STATUS_OK else { return nil }
    } catch {
      return nil
    }
    return try SourceModel.read("\(folder)/\(ASSAY_OV_RUNTIME_MODEL).xml", format: .openvinoIR)
  }
}

extension SourceNode {
  /// A list with commas; empty for an empty one.
  fileprivate func texts(_ name: String) -> [String] {
    // A layer whose name is a number.
    if let numbers = integers(name) { return numbers.map { "\($0)" } }
    return (text(name) ?? "").split(separator: ",").map(String.init)
  }
}
