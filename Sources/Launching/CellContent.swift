public import AssayCore

/// The files that a worker needs for a cell if it shares none with the parent.
public struct CellContent: Sendable {
  /// All files of the model, and those of given inputs.
  public var files: [SourceFile]
  /// What to open as the model: a file or folder, relative as the names of its files are.
  public var modelName: String
  /// The list of images; `nil` for random inputs.
  public var imageManifest: String?

  public init(files: [SourceFile], modelName: String, imageManifest: String?) {
    self.files = files
    self.modelName = modelName
    self.imageManifest = imageManifest
  }
}

/// A file on this machine, and what a worker learns of it first.
public struct SourceFile: Sendable {
  public var path: String
  public var offer: OfferedFile

  public init(path: String, offer: OfferedFile) {
    self.path = path
    self.offer = offer
  }
}
