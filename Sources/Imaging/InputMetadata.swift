public import AssayCore
import Glibc
import ModelFiles

/// What a model's file says of the numbers that its only input is to be fed with.
///
/// Read from the metadata of TFLite models: the buffer that the model names `TFLITE_METADATA` (fields of `schema.fbs`) is itself a
/// FlatBuffer, whose first input tensor may have a process unit with `NormalizationOptions` (fields of `metadata_schema.fbs`).
public struct InputMetadata: Hashable, Sendable {
  /// In pixels of 0 … 255: one number, or three for red, green and blue.
  public let mean: [Double]
  /// Likewise; above 0.
  public let deviation: [Double]

  /// `mean 127.5, deviation 127.5`.
  var description: String { "mean \(Self.text(mean)), deviation \(Self.text(deviation))" }

  private static func text(_ values: [Double]) -> String {
    values.count == 1 ? Figure.text(values[0]) : "(\(values.map(Figure.text).joined(separator: ", ")))"
  }

  /// `nil` where the model's format has no such metadata, or the file none about normalisation.
  ///
  /// - Throws: `.badModel`, naming the file, where it cannot be read or its metadata is damaged.
  public static func read(fromModel path: String, format: ModelFormat) throws(AssayError) -> InputMetadata? {
    guard format == .tflite else { return nil }
    return try withMapping(of: path) { (bytes) throws(AssayError) in try InputMetadata(model: bytes, named: path) }
  }

  /// What the bytes of a TFLite model say; `name` stands for the file in errors.
  ///
  /// - Throws: `.badModel`, where the metadata is damaged.
  public init?(model bytes: UnsafeRawBufferPointer, named name: String) throws(AssayError) {
    guard let metadata = Self.metadata(of: bytes) else { return nil }
    switch Self.normalization(in: metadata) {
    case .absent: return nil
    case .found(let found): self = found
    case .damaged:
      throw AssayError(
        .badModel, "The metadata of \(name) is damaged: its normalisation cannot be read.",
        advice: "Say what the model expects with --range, or --mean and --std; the metadata is then not read.")
    }
  }

  private enum Finding {
    case absent, damaged
    case found(InputMetadata)
  }

  /// Mapped, so that of a large model only the pages looked at are read.
  private static func withMapping<Result>(
    of path: String, _ body: (UnsafeRawBufferPointer) throws(AssayError) -> Result
  ) throws(AssayError) -> Result {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      if descriptor >= 0 { close(descriptor) }
      throw AssayError(.badModel, "\(path) cannot be read for its metadata.")
    }
    defer { close(descriptor) }
    let count = Int(status.st_size)
    guard count > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let memory = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw AssayError(.badModel, "\(path) cannot be read for its metadata: \(String(cString: strerror(errno))).")
    }
    defer { munmap(memory, count) }
    return try body(UnsafeRawBufferPointer(start: memory, count: count))
  }

  /// Model.metadata is field 6, of tables with a name (0) and the index of a buffer (1); Model.buffers is field 4, whose data is 0.
  private static func metadata(of model: UnsafeRawBufferPointer) -> FlatTable? {
    guard let root = FlatTable(root: model), let count = root.tableCount(6) else { return nil }
    for index in 0..<count {
      guard let entry = root.table(6, at: index), let name = entry.bytes(0) else { return nil }
      guard name.elementsEqual("TFLITE_METADATA".utf8) else { continue }
      // A field that is absent has its default: 0.
      let buffer = Int(entry.integer(UInt32.self, 1) ?? 0)
      return root.table(4, at: buffer)?.bytes(0).flatMap { FlatTable(root: $0) }
    }
    return nil
  }

  /// ModelMetadata.subgraph_metadata is field 3, SubGraphMetadata.input_tensor_metadata 2, TensorMetadata.process_units 4,
  /// ProcessUnit.options_type 0 and options 1; the type of NormalizationOptions is 1, its mean field 0 and its std field 1.
  private static func normalization(in metadata: FlatTable) -> Finding {
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
      return .found(InputMetadata(mean: mean.map(Double.init), deviation: deviation.map(Double.init)))
    }
    return .absent
  }

  private init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }
}
