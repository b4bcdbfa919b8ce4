/// A model of the user's own, as his catalogue describes it.
public struct OwnModel: Hashable, Sendable {
  /// On the command line.
  public let name: String
  public let title: String?
  /// The file or folder.
  public let path: String
  /// Where it comes from.
  public let source: String?
  /// How its images are prepared.
  public let preprocessing: PreprocessingChoice
  /// The same in the words of the options; empty where the catalogue says nothing.
  public let words: String
  /// Where the catalogue says so: `models.yaml:4`.
  public let place: String

  public init(
    name: String, title: String?, path: String, source: String?, preprocessing: PreprocessingChoice, words: String,
    place: String
  ) {
    (self.name, self.title, self.path, self.source) = (name, title, path, source)
    (self.preprocessing, self.words, self.place) = (preprocessing, words, place)
  }
}

extension CellSpec {
  /// Has images be prepared as the catalogue says, where the user leaves it open.
  public mutating func prepareImages(by own: PreprocessingChoice) {
    if let choice = measure.images?.preprocessing { measure.prepareImages(by: choice.completed(by: own).choice) }
    if !options.given.files.isEmpty {
      options.given.preprocessing = (options.given.preprocessing ?? PreprocessingChoice()).completed(by: own).choice
    }
  }
}
