import AssayCore
import CEngineAPIs
import Glibc
import JSONCoding
import ModelFiles

extension ORTLibrary {
  /// Has a session write the model that it runs, and how long each node takes.
  ///
  /// The library writes no model with parts that a provider has compiled for its device; then the profile alone tells of them.
  func observe(_ options: OpaquePointer, on device: ORTDevice, in folder: String) throws(AssayError) {
    let context = "ONNX Runtime refuses to observe a model in \(folder)"
    try check(api.pointee.EnableProfiling(options, "\(folder)/profile"), .inputOutput, context)
    guard device.isCPU else { return }
    try check(
      api.pointee.SetOptimizedModelFilePath(options, ORTObservation.modelPath(in: folder)), .inputOutput, context)
    // A message of Protobuf holds at most 2 GB.
    for (key, value) in [
      ("session.optimized_model_external_initializers_file_name", "optimized.bin"),
      ("session.optimized_model_external_initializers_min_size_in_bytes", "1024"),
    ] { try check(api.pointee.AddSessionConfigEntry(options, key, value), .inputOutput, context) }
  }
}

/// What ONNX Runtime made of a model, from the files that it writes.
struct ORTObservation {
  /// How many of the last inferences count.
  var recorded = 0
  private let library: ORTLibrary
  private let session: LibraryObject
  private let folder: String

  init(of model: ONNXRuntimeModel, in folder: String) {
    (library, session, self.folder) = (model.library, model.session, folder)
  }

  static func modelPath(in folder: String) -> String { "\(folder)/optimized.onnx" }

  /// Ends the profile.
  ///
  /// - Throws: `.inferenceFailed` if the library has not written what it should have.
  func graph() throws(AssayError) -> EngineGraph {
    let profile = try ORTProfile(at: try profilePath(), lastRuns: recorded)
    let path = Self.modelPath(in: folder)
    guard access(path, R_OK) == 0 else {
      return EngineGraph(evidence: .profiler, layers: profile.nodes.map(\.layer))
    }
    let model = try SourceModel.read(path, format: .onnx)
    let nodes = Dictionary(profile.nodes.map { ($0.name, $0) }) { $1 }
    // Loops and branches number their nodes too.
    var unnamed = model.graphs.count == 1 ? profile.unnamed(besides: Set(model.graphs[0].nodes.map(\.name))) : [:]
    let layers = (model.graphs.first?.nodes ?? []).map { node in
      let timed = nodes[node.name] ?? unnamed[node.operation]?.popFirst()
      var layer = (timed ?? ORTProfile.Node(name: node.name, operation: node.operation)).layer
      (layer.name, layer.operation) = (node.name, node.operation)
      if !node.domain.isEmpty { layer.kernel = node.domain }
      layer.inputs = node.inputs.map { $0.map { model.tensors[$0].name } ?? "" }
      layer.outputs = node.outputs.map { $0.map { model.tensors[$0].name } ?? "" }
      let output = node.outputs.first.flatMap(\.self).map { model.tensors[$0] }
      (layer.outputType, layer.outputShape) = (output?.type, output?.shape)
      return layer
    }
    return EngineGraph(evidence: .optimizedModel, layers: layers)
  }

  private func profilePath() throws(AssayError) -> String {
    let context = "ONNX Runtime does not write a profile"
    var allocator: OpaquePointer?
    try library.check(library.api.pointee.GetAllocatorWithDefaultOptions(&allocator), .inferenceFailed, context)
    var name: UnsafeMutablePointer<CChar>?
    guard let allocator else { throw AssayError(.inferenceFailed, "\(context).") }
    try library.check(
      library.api.pointee.SessionEndProfiling(session.pointer, allocator, &name), .inferenceFailed, context)
    guard let name else { throw AssayError(.inferenceFailed, "\(context).") }
    defer { _ = library.api.pointee.AllocatorFree(allocator, name) }
    return String(cString: name)
  }
}

/// The times of nodes in a profile of ONNX Runtime: a list of events, each with a duration in µs.
struct ORTProfile {
  struct Node {
    let name: String
    var operation: String
    var provider: String?
    /// One per run.
    var microseconds: [Double] = []

    var layer: EngineLayer {
      EngineLayer(
        name: name, operation: operation,
        device: provider.map { $0.hasSuffix(Self.suffix) ? String($0.dropLast(Self.suffix.count)) : $0 },
        microseconds: microseconds)
    }

    private static let suffix = "ExecutionProvider"
  }

  /// In the order of their first event.
  private(set) var nodes: [Node] = []

  /// - Parameter lastRuns: how many of the last runs count.
  init(at path: String, lastRuns: Int) throws(AssayError) {
    let events: [Event]
    do {
      events = try JSONReader.decode([Event].self, fromFile: path)
    } catch {
      throw AssayError(.inferenceFailed, "The profile that ONNX Runtime wrote cannot be read: \(error)")
    }
    let count = events.count { $0.isRun }
    var places: [String: Int] = [:]
    var run = 0
    for event in events {
      // The event of a run ends after those of its nodes.
      if event.isRun { run += 1 }
      guard let name = event.nodeName else { continue }
      let place = places[name] ?? nodes.count
      if place == nodes.count {
        places[name] = place
        nodes.append(Node(name: name, operation: event.args?.op_name ?? "", provider: event.args?.provider))
        nodes[place].microseconds = Array(repeating: 0, count: count)
      }
      if run < count { nodes[place].microseconds[run] += event.dur }
    }
    for place in nodes.indices { nodes[place].microseconds = Array(nodes[place].microseconds.suffix(lastRuns)) }
  }

  /// Nodes that have no name in the model, by operation, in their order: the library calls them `Relu_7` by a number of its own.
  func unnamed(besides names: Set<String>) -> [String: ArraySlice<Node>] {
    let unnamed = nodes.filter { node in
      let prefix = "\(node.operation)_"
      return !names.contains(node.name) && node.name.hasPrefix(prefix) && Int(node.name.dropFirst(prefix.count)) != nil
    }
    return Dictionary(grouping: unnamed, by: \.operation).mapValues { $0[...] }
  }

  /// The fields of an event that matter, in the library's spelling.
  private struct Event: Decodable {
    struct Arguments: Decodable {
      let op_name: String?
      let provider: String?
    }

    let cat: String
    let name: String
    let dur: Double
    let args: Arguments?

    var isRun: Bool { cat == "Session" && name == "model_run" }

    /// `conv1` for the event `conv1_kernel_time`.
    var nodeName: String? {
      let suffix = "_kernel_time"
      return cat == "Node" && name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : nil
    }
  }
}
