public import AssayCore
import Glibc

/// Reads, of a model file, which values its integer inputs may have.
public enum ModelGraph {
  /// The ranges that the graph of a model sets, one for each of its inputs; empty for formats that Assay does not read by itself, and for
  /// files that it cannot read. An engine says what is wrong with those.
  public static func inputRanges(
    ofModel path: String, format: ModelFormat, signature: String? = nil
  ) -> [(name: String, range: ClosedRange<Int>?)] {
    withMapping(of: path) { bytes in
      switch format {
      case .onnx: ONNXGraph(bytes)?.inputs ?? []
      case .tflite: TFLiteGraph(bytes).map { $0.inputUses(ofSignature: $0.number(ofSignature: signature)) } ?? []
      default: []
      }
    }.map { ($0.name, $0.range) }
  }

  /// The files that hold tensors of a model, relative to its folder as the model names them; empty for formats without such files.
  public static func externalFiles(ofModel path: String, format: ModelFormat) -> [String] {
    guard format == .onnx else { return [] }
    return withMapping(of: path) { ONNXExternalData.locations(in: ProtobufMessage($0)) }
  }

  private static func withMapping<Found>(of path: String, _ body: (UnsafeRawBufferPointer) -> [Found]) -> [Found] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0, information.st_mode & S_IFMT == S_IFREG, information.st_size > 0,
      let memory = mmap(nil, Int(information.st_size), PROT_READ, MAP_PRIVATE, file, 0), memory != MAP_FAILED
    else { return [] }
    defer { munmap(memory, Int(information.st_size)) }
    return body(UnsafeRawBufferPointer(start: memory, count: Int(information.st_size)))
  }
}
