import CEngineAPIs

/// A graph and the session that runs it, which several threads may do at once.
final class TensorFlowGraph: Sendable {
  private let api: TensorFlowAPI
  // TensorFlow documents graphs and sessions as safe to use from several threads.
  nonisolated(unsafe) let session: OpaquePointer
  private let graph: LibraryObject

  /// A session without operations.
  convenience init(_ api: TensorFlowAPI, options: TensorFlowConfig) throws(TensorFlowFailure) {
    try self.init(api, options) { api.functions.NewSession($0, $1, $2) }
  }

  /// Loads a SavedModel and its variables.
  ///
  /// - Parameter description: gets the serialised MetaGraphDef.
  convenience init(
    _ api: TensorFlowAPI, loading folder: String, options: TensorFlowConfig,
    description: (UnsafeRawBufferPointer) -> Void
  ) throws(TensorFlowFailure) {
    let metaGraph = api.functions.NewBuffer()
    defer { api.functions.DeleteBuffer(metaGraph) }
    let tags = CStringArray(["serve"])
    try self.init(api, options) { graph, options, status in
      api.functions.LoadSessionFromSavedModel(options, nil, folder, tags.pointers, 1, graph, metaGraph, status)
    }
    description(UnsafeRawBufferPointer(start: metaGraph.pointee.data, count: metaGraph.pointee.length))
  }

  private init(
    _ api: TensorFlowAPI, _ config: TensorFlowConfig,
    _ open: (_ graph: OpaquePointer, _ options: OpaquePointer, _ status: OpaquePointer) -> OpaquePointer?
  ) throws(TensorFlowFailure) {
    let functions = api.functions
    let options = functions.NewSessionOptions()
    defer { functions.DeleteSessionOptions(options) }
    try api.checked { functions.SetConfig(options, config.bytes, config.bytes.count, $0) }
    let graph = LibraryObject(functions.NewGraph(), releasedBy: functions.DeleteGraph)
    let session = try api.checked { open(graph.pointer, options, $0) }
    guard let session else { throw TensorFlowFailure(code: -1, text: "TensorFlow gave no session and no reason.") }
    (self.api, self.session, self.graph) = (api, session, graph)
  }

  deinit {
    let status = api.functions.NewStatus()
    api.functions.CloseSession(session, status)
    api.functions.DeleteSession(session, status)
    api.functions.DeleteStatus(status)
  }

  /// The kinds of the session's devices in TensorFlow's words: `CPU`, `GPU`.
  func deviceKinds() -> [String] {
    let list = try? api.checked { api.functions.SessionListDevices(session, $0) }
    guard let list = list ?? nil else { return [] }
    defer { api.functions.DeleteDeviceList(list) }
    return (0..<api.functions.DeviceListCount(list)).compactMap { index in
      (try? api.checked { api.functions.DeviceListType(list, index, $0) })?.map { String(cString: $0) }
    }
  }

  /// The output of an operation that holds a tensor: `name:0`; `nil` where the graph has none.
  func output(_ source: String) -> TF_Output? {
    let colon = source.lastIndex(of: ":")
    let name = colon.map { String(source[..<$0]) } ?? source
    guard let index = colon.map({ Int32(source[source.index(after: $0)...]) }) ?? 0, index >= 0,
      let operation = api.functions.GraphOperationByName(graph.pointer, name),
      index < api.functions.OperationNumOutputs(operation)
    else { return nil }
    return TF_Output(oper: operation, index: index)
  }
}
