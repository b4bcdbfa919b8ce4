public import AssayCore
public import Conversion
import Foundation

/// A model to convert: what it is, and what tells it from others.
public struct ConversionSource {
  public let reference: ModelReference
  public let kind: ModelKind

  var model: Converter.Model {
    Converter.Model(path: reference.path, sha256: reference.sha256 ?? "", form: ConversionForm(kind))
  }

  /// - Throws: `.badModel` for a file that is no model, `.unsupported` for one that no converter reads.
  public init(_ path: String, in context: RunContext) throws(AssayError) {
    let reference = try ModelFile(at: path).reference(context.digests)
    guard let format = reference.format, let kind = ModelKind(format) else {
      throw AssayError(
        .unsupported, "No converter reads \(path).",
        advice: "Convert an ONNX, TFLite or OpenVINO file, or the folder of a SavedModel.")
    }
    (self.reference, self.kind) = (reference, kind)
  }
}
