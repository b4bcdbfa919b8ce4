public import AssayCore

/// Cuts single operations out of a model, as models of their own that an engine can be asked about.
public enum OperationCut {
  /// The formats that this can do.
  public static let formats: [ModelFormat] = [.onnx, .tflite]

  /// A model of this many bytes and more is not copied for each operation.
  private static let largestFile = 1 << 29

  /// Models with one operation each.
  ///
  /// - Parameters:
  ///   - layers: of the graph that runs, with the types and shapes of their tensors.
  ///   - signature: that the graph belongs to; `nil` for the first.
  ///   - body: gets each with its bytes; `nil` for one that cannot be cut out.
  public static func each(
    _ layers: [InspectedLayer], of path: String, format: ModelFormat, signature: String? = nil,
    _ body: (InspectedLayer, [UInt8]?) throws(AssayError) -> Void
  ) throws(AssayError) {
    var failure: AssayError?
    let isRead: Void? = MappedFile.withBytes(of: path) { bytes in
      let cut = bytes.count < largestFile ? cutter(bytes, format, signature) : { _ in nil }
      do throws(AssayError) {
        for layer in layers { try body(layer, cut(layer)) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    if isRead == nil { throw AssayError(.badModel, "\(path) cannot be opened.") }
  }

  private static func cutter(
    _ bytes: UnsafeRawBufferPointer, _ format: ModelFormat, _ signature: String?
  ) -> (InspectedLayer) -> [UInt8]? {
    if format == .tflite {
      let cut = TFLiteCut(bytes, signature: signature)
      return { layer in cut?.operation(layer) }
    }
    let cut = ONNXCut(bytes)
    return { layer in cut?.operation(layer) }
  }
}
