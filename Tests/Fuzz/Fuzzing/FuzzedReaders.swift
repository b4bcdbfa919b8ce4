import AssayCore
import Foundation

/// Every reader of bytes that Assay did not write just now, by name.
public enum FuzzedReaders {
  /// A reader that is made when it is tried.
  public struct Entry: Sendable {
    public let name: String
    /// The part of all inputs that it gets: cheap readers get more.
    public let share: Int
    private let maker: @Sendable (Workbench) throws -> FuzzedReader

    init(_ name: String, _ share: Int, _ maker: @escaping @Sendable (Workbench) throws -> FuzzedReader) {
      (self.name, self.share, self.maker) = (name, share, maker)
    }

    public func make(_ bench: Workbench) throws -> FuzzedReader { try maker(bench) }
  }

  public static let all = [
    Entry("record-log", 60) { try .recordLog($0) },
    Entry("stream-log", 20) { try .streamLog($0) },
    Entry("arrival-times", 60) { _ in .arrivalTimes() },
    Entry("record-analysis", 2) { try .recordAnalysis($0) },
    Entry("telemetry-log", 5) { try .telemetryLog($0) },
    Entry("foreign-table", 2) { .foreignTable($0) },
    Entry("predictions", 60) { try .predictions($0) },
    Entry("image-manifest", 60) { try .imageManifest($0) },
    Entry("class-list", 30) { try .classList($0) },
    Entry("ground-truth", 30) { try .groundTruth($0) },
    Entry("image", 100) { try .image($0) },
    Entry("tensors", 100) { try .tensors($0) },
    Entry("model-graph", 60) { try .modelGraph($0) },
    Entry("model-inspection", 60) { try .modelInspection($0) },
    Entry("torch-package", 60) { try .torchPackage($0) },
    Entry("expected-values", 30) { try .expectedValues($0) },
    Entry("model-metadata", 100) { try .modelMetadata($0) },
    Entry("onnx-metadata", 60) { try .onnxMetadata($0) },
    Entry("torch-weights", 60) { try .torchWeights($0) },
    Entry("synthetic-model", 60) { try .syntheticModel($0) },
    Entry("engine-folder", 20) { try .engineFolder($0) },
    Entry("machine-files", 30) { try .machineFiles($0) },
    Entry("nvidia-output", 100) { .nvidiaOutput($0) },
    Entry("worker-frames", 60) { try .workerFrames($0) },
    Entry("parent-frames", 60) { try .parentFrames($0) },
    Entry("worker-output", 15) { try .workerOutput($0) },
    Entry("library-output", 100) { .libraryOutput($0) },
    Entry("store-row", 5) { try .storeRow($0) },
    Entry("store-file", 5) { try .storeFile($0) },
    Entry("old-row", 5) { try .oldRow($0) },
    Entry("claim", 5) { try .claim($0) },
  ]

  /// Readers that do what none may, to see that it is found.
  public static let misbehaving = [
    Entry("crashes", 1) { _ in FuzzedReader([[1]]) { _ in fatalError("crashes") } },
    Entry("hangs", 1) { _ in
      FuzzedReader([[1]]) { _ in
        while getpid() > 0 {}
        return true
      }
    },
    Entry("hoards", 1) { _ in FuzzedReader([[1]]) { _ in [UInt8](repeating: 1, count: 2 << 30).last == 1 } },
    Entry("misreads", 1) { _ in
      FuzzedReader([[1]]) { _ in
        try accepts(.badData) { () throws(AssayError) in throw AssayError(.crashed, "misreads") }
      }
    },
  ]

  public static func reader(named name: String) -> Entry? { (all + misbehaving).first { $0.name == name } }
}
