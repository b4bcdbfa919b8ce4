public import AssayCore
import Foundation
import Inspection
import ModelFiles

/// Looks into a model file, without an engine.
public enum ModelInspector {
  /// - Parameter signature: of a SavedModel or a TFLite model; `nil` for the first.
  /// - Throws: `.badModel` with what is wrong with the file, `.unsupported` for a format that Assay does not read by itself, `.usage` for a
  ///   signature that it lacks.
  public static func inspect(_ path: String, signature: String? = nil) throws(AssayError) -> InspectionReport {
    let file = try ModelFile(at: path)
    if let signature {
      try ModelGraph.check(signature, among: ModelGraph.signatures(ofModel: path, format: file.format), of: path)
    }
    let bytes = try file.parts().reduce(0) { sum, part in
      sum + ((try? FileManager.default.attributesOfItem(atPath: part.path)[.size] as? Int) ?? 0)
    }
    return try ModelInspection.report(of: path, format: file.format, bytes: bytes, signature: signature)
  }
}
