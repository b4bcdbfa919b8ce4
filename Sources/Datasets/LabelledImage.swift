/// An image and its class.
public struct LabelledImage: Hashable, Sendable {
  /// The file, not yet read.
  public let path: String
  /// The class, from 0.
  public let label: Int

  /// The image at `path`, of class `label`.
  public init(path: String, label: Int) {
    self.path = path
    self.label = label
  }
}
