public import AssayCore
import Glibc
import ModelFiles

/// The preprocessing that a model's file specifies for its first input.
///
/// TFLite models have it in a buffer called `TFLITE_METADATA` (`schema.fbs`). That is itself a FlatBuffer, whose first input
/// tensor may have a process unit with `NormalizationOptions` (`metadata_schema.fbs`). ONNX models have it in `metadata_props`.
public struct InputMetadata: Hashable, Sendable {
  public struct Numbers: Hashable, Sendable {
    /// On the scale of pixels, 0 to 255: one number, or three for red, green and blue.
    public let mean: [Double]
    /// As `mean`; always above 0.
    public let deviation: [Double]

    /// `mean 127.5, deviation 127.5`.
    var description: String { "mean \(Self.text(mean)), deviation \(Self.text(deviation))" }

    private static func text(_ values: [Double]) -> String {
      values.count == 1 ? Figure.text(values[0]) : "(\(values.map(Figure.text).joined(separator: ", ")))"
    }
  }

  /// `nil` where the file says nothing of them.
  public let numbers: Numbers?
  /// What else it says: size, filter and order of channels.
  public let choice: PreprocessingChoice

  init(numbers: Numbers?, choice: PreprocessingChoice = PreprocessingChoice()) {
    (self.numbers, self.choice) = (numbers, choice)
  }

  /// Reads the metadata of the model at `path`; `nil` if its format or the file has none about preprocessing.
  ///
  /// - Parameter choice: of the user. Damaged metadata is as none where it has numbers.
  /// - Throws: `.badModel`, naming the file, if it cannot be read or its metadata is damaged.
  public static func read(
    fromModel path: String, format: ModelFormat, besides choice: PreprocessingChoice = PreprocessingChoice()
  ) throws(AssayError) -> InputMetadata? {
    do throws(AssayError) {
      return try read(fromModel: path, format)
    } catch {
      guard choice.numbers != nil else { throw error }
      return nil
    }
  }

  private static func read(fromModel path: String, _ format: ModelFormat) throws(AssayError) -> InputMetadata? {
    guard format == .tflite || format == .onnx else { return nil }
    return try withMapping(of: path) { (bytes) throws(AssayError) in
      try format == .onnx ? InputMetadata.read(onnx: bytes, named: path) : InputMetadata(model: bytes, named: path)
    }
  }

  /// Reads the metadata from the bytes of a TFLite model; `nil` if it has none. Errors call the file `name`.
  ///
  /// - Throws: `.badModel` if the metadata is damaged.
  public init?(model bytes: UnsafeRawBufferPointer, named name: String) throws(AssayError) {
    guard let metadata = Self.metadata(of: bytes) else { return nil }
    switch Self.normalization(in: metadata) {
    case .absent: return nil
    case .found(let found): self = found
    case .damaged:
      throw AssayError(
        .badModel, "The metadata of \(name) is damaged: its normalisation cannot be read.",
        advice: "Give --range, or --mean and --std; Assay then does not read the metadata.")
    }
  }

  private enum Lookup {
    case absent, damaged
    case found(InputMetadata)
  }

  /// Maps the file, so that only the pages needed are read from a large model.
  private static func withMapping<Result>(
    of path: String, _ body: (UnsafeRawBufferPointer) throws(AssayError) -> Result
  ) throws(AssayError) -> Result {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      if descriptor >= 0 { close(descriptor) }
      throw AssayError(.badModel, "Cannot read the metadata of \(path).")
    }
    defer { close(descriptor) }
    let count = Int(status.st_size)
    guard count > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let memory = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw AssayError(.badModel, "Cannot read the metadata of \(path): \(String(cString: strerror(errno))).")
    }
    defer { munmap(memory, count) }
    return try body(UnsafeRawBufferPointer(start: memory, count: count))
  }

  /// Field numbers: Model.metadata 6 (Metadata.name 0, Metadata.buffer 1) and Model.buffers 4 (Buffer.data 0).
  private static func metadata(of model: UnsafeRawBufferPointer) -> FlatTable? {
    guard let root = FlatTable(root: model), let count = root.tableCount(6) else { return nil }
    for index in 0..<count {
      guard let entry = root.table(6, at: index), let name = entry.bytes(0) else { return nil }
      guard name.elementsEqual("TFLITE_METADATA".utf8) else { continue }
      // An absent field has its default, 0.
      let buffer = Int(entry.integer(UInt32.self, 1) ?? 0)
      return root.table(4, at: buffer)?.bytes(0).flatMap { FlatTable(root: $0) }
    }
    return nil
  }

  /// Field numbers: ModelMetadata.subgraph_metadata 3, SubGraphMetadata.input_tensor_metadata 2,
  /// TensorMetadata.process_units 4, ProcessUnit.options_type 0 and options 1, NormalizationOptions.mean 0 and std 1.
  /// `NormalizationOptions` is type 1.
  private static func normalization(in metadata: FlatTable) -> Lookup {
    guard metadata.has(3) else { return .absent }
    guard let graph = metadata.table(3, at: 0) else { return .damaged }
    guard graph.has(2) else { return .absent }
    guard let input = graph.table(2, at: 0) else { return .damaged }
    guard input.has(4) else { return .absent }
    guard let units = input.tableCount(4) else { return .damaged }
    for index in 0..<units {
      guard let unit = input.table(4, at: index) else { return .damaged }
      guard unit.integer(UInt8.self, 0) == 1 else { continue }
      guard let options = unit.table(1), let mean = options.floats(0), let deviation = options.floats(1),
        [mean, deviation].allSatisfy({ [1, 3].contains($0.count) && $0.allSatisfy(\.isFinite) }),
        deviation.allSatisfy({ $0 > 0 })
      else { return .damaged }
      return .found(
        InputMetadata(numbers: Numbers(mean: mean.map(Double.init), deviation: deviation.map(Double.init))))
    }
    return .absent
  }
}
