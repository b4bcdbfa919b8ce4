/// How a data set is laid out and its labels were read. `Report` puts it into words.
public struct DatasetDescription: Hashable, Sendable {
  /// Where the labels come from.
  public enum Labels: Hashable, Sendable {
    case folders(ClassFolders)
    case file(LabelFile)
    /// The text that an Assay before codes has stored.
    case recorded(String)
  }

  /// A folder per class.
  public struct ClassFolders: Codable, Hashable, Sendable {
    /// What the name of a folder is.
    public enum Naming: String, Codable, Hashable, Sendable {
      /// The label.
      case index
      /// A name in a list of classes.
      case name
      /// Any name; its rank in sorted order is the label.
      case rank
    }

    public var classes: Int
    public var emptyClasses: Int
    public var naming: Naming
    /// The file name of the list of classes that has the names.
    public var list: String?

    public init(classes: Int, emptyClasses: Int, naming: Naming, list: String? = nil) {
      self.classes = classes
      self.emptyClasses = emptyClasses
      self.naming = naming
      self.list = list
    }

    enum CodingKeys: String, CodingKey {
      case classes, naming, list
      case emptyClasses = "empty_classes"
    }
  }

  /// A file with the label of every image.
  public struct LabelFile: Codable, Hashable, Sendable {
    public enum Format: String, Codable, Hashable, Sendable {
      /// Rows of a name and a label.
      case names
      /// One label per row, in the sorted order of the images.
      case order
      /// CSV with a header.
      case columns
    }

    /// The name of the file.
    public var name: String
    public var format: Format
    /// The titles of the columns of CSV.
    public var imageColumn: String?
    public var labelColumn: String?

    public init(name: String, format: Format, imageColumn: String? = nil, labelColumn: String? = nil) {
      self.name = name
      self.format = format
      self.imageColumn = imageColumn
      self.labelColumn = labelColumn
    }

    enum CodingKeys: String, CodingKey {
      case format
      case name = "file"
      case imageColumn = "image_column"
      case labelColumn = "label_column"
    }
  }

  /// The images that were used, if not all: stratified by class.
  public struct Sample: Codable, Hashable, Sendable {
    public var count: Int
    public var seed: UInt64

    public init(count: Int, seed: UInt64) {
      self.count = count
      self.seed = seed
    }
  }

  /// All images; `nil` if unknown.
  public var images: Int?
  public var labels: Labels
  /// The file name of the list of classes whose first class is the background, which does not count.
  public var backgroundList: String?
  public var sample: Sample?

  public init(images: Int?, labels: Labels, backgroundList: String? = nil, sample: Sample? = nil) {
    self.images = images
    self.labels = labels
    self.backgroundList = backgroundList
    self.sample = sample
  }
}

extension DatasetDescription: Codable {
  private enum Code: String, Codable {
    case folders = "class_folders"
    case file = "label_file"
    case recorded
  }

  private enum Keys: String, CodingKey {
    case code, images, text, sample
    case backgroundList = "background_list"
  }

  /// Also reads a plain string, as older stores hold it.
  public init(from decoder: any Decoder) throws {
    if let text = decoder.recordedText {
      self.init(images: nil, labels: .recorded(text))
      return
    }
    let values = try decoder.container(keyedBy: Keys.self)
    let labels: Labels =
      switch try values.decode(Code.self, forKey: .code) {
      case .folders: .folders(try ClassFolders(from: decoder))
      case .file: .file(try LabelFile(from: decoder))
      case .recorded: .recorded(try values.decode(String.self, forKey: .text))
      }
    self.init(
      images: try values.decodeIfPresent(Int.self, forKey: .images), labels: labels,
      backgroundList: try values.decodeIfPresent(String.self, forKey: .backgroundList),
      sample: try values.decodeIfPresent(Sample.self, forKey: .sample))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    try values.encodeIfPresent(images, forKey: .images)
    try values.encodeIfPresent(backgroundList, forKey: .backgroundList)
    try values.encodeIfPresent(sample, forKey: .sample)
    switch labels {
    case .folders(let folders):
      try values.encode(Code.folders, forKey: .code)
      try folders.encode(to: encoder)
    case .file(let file):
      try values.encode(Code.file, forKey: .code)
      try file.encode(to: encoder)
    case .recorded(let text):
      try values.encode(Code.recorded, forKey: .code)
      try values.encode(text, forKey: .text)
    }
  }
}
