/// An image and its class.
public struct LabelledImage: Hashable, Sendable {
  /// The file, not yet read.
  public let path: String
  /// The class, from 0.
  public let label: Int
  /// What results and messages call it: the path that the user knows, if `path` is a copy.
  public let name: String

  /// The image at `path`, of class `label`.
  public init(path: String, label: Int, name: String? = nil) {
    self.path = path
    self.label = label
    self.name = name ?? path
  }
}
