/// One execution of a cell: what a worker needs to know besides the `CellSpec`.
public struct CellJob: Codable, Hashable, Sendable {
  /// When queries are due, in ns, where their times were recorded; `nil` for other cells.
  public var arrivals: [UInt64]?
  /// Where the worker makes the record log.
  public var recordLogPath: String
  /// Where a record log that exists is continued; `nil` starts a new one.
  public var resumePoint: ResumePoint?
  /// The images of the cell, listed; `nil` for random inputs.
  public var images: ImageManifest?
  /// Where the worker finds the files of given inputs, by their content. One that is not listed lies at the path in the spec.
  public var inputFiles: [InputFile]
  /// Where the worker writes the tensors of a few inferences as NPZ, instead of measuring; `nil` measures.
  public var outputsPath: String?
  /// How many inferences give tensors into `outputsPath`.
  public var captures = 1
  /// Where the worker writes the predictions of every image as CSV.
  public var predictionsPath: String?
  /// Whether the worker sleeps after warm-up and measures one block for each `runBlock` command.
  public var measuresInBlocks: Bool
  /// Where the worker writes what the sensors of its machine say; `nil` where the parent reads them, or nobody does.
  public var telemetryPath: String?
  /// What a worker in a sandbox may read besides the system's files and the engine's library: files of the model and of inputs, folders of
  /// images.
  public var readable: [String] = []
  /// How files travel if parent and worker share none; `nil` if they do.
  ///
  /// The other paths are then those of the parent. The worker replaces them by its own.
  public var delivery: Delivery?

  public init(
    recordLogPath: String, resumePoint: ResumePoint? = nil, images: ImageManifest? = nil,
    inputFiles: [InputFile] = [], outputsPath: String? = nil, predictionsPath: String? = nil,
    measuresInBlocks: Bool = false
  ) {
    self.recordLogPath = recordLogPath
    self.resumePoint = resumePoint
    self.images = images
    self.inputFiles = inputFiles
    self.outputsPath = outputsPath
    self.predictionsPath = predictionsPath
    self.measuresInBlocks = measuresInBlocks
  }
}

extension CellJob {
  /// The folder for temporary files of a worker in a sandbox. The parent makes and removes it.
  public var scratchFolder: String { recordLogPath + ".scratch" }

  /// The files that a worker writes besides.
  public var writtenFiles: [String] { [recordLogPath, predictionsPath, outputsPath, telemetryPath].compactMap(\.self) }
}

/// What a worker without shared files knows before the parent offers it files.
public struct Delivery: Codable, Hashable, Sendable {
  /// The file or folder to open as the model, relative to the folder that its files are laid out in.
  public var modelName: String

  public init(modelName: String) { self.modelName = modelName }
}

/// The end of a record log that a run continues.
public struct ResumePoint: Codable, Hashable, Sendable {
  /// Inferences so far.
  public var count: Int
  /// When the last of them ended, on the axis of the log; the next inferences start from there.
  public var nanoseconds: UInt64

  public init(count: Int, nanoseconds: UInt64) {
    self.count = count
    self.nanoseconds = nanoseconds
  }

  enum CodingKeys: String, CodingKey {
    case count
    case nanoseconds = "measured_ns"
  }
}

/// Labelled images, listed in a file so that memory does not grow with their number.
public struct ImageManifest: Codable, Hashable, Sendable {
  /// A file with one image a line, `label TAB path`.
  public var path: String
  /// Images in the file.
  public var count: Int
  /// The number of class folders, where their sorted order gives the labels; `nil` where names are numbers or a ground truth labels the images.
  public var namedClasses: Int?
  /// The lowest and the highest label, so that a label that the model does not know is refused before anything is measured.
  public var labels: ClosedRange<Int>

  public init(path: String, count: Int, namedClasses: Int? = nil, labels: ClosedRange<Int>) {
    self.path = path
    self.count = count
    self.namedClasses = namedClasses
    self.labels = labels
  }
}
