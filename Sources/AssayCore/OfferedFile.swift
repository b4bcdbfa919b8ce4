/// A file that a worker without shared files needs, named by its content so that it is sent only once.
public struct OfferedFile: Codable, Hashable, Sendable {
  /// 64 hexadecimal digits.
  public var sha256: String
  public var bytes: Int
  /// For a file of the model, its path relative to the folder that the model is in. For another file, its path on the parent's machine.
  public var name: String
  /// The label of an image; `nil` for another file.
  public var label: Int?
  /// Whether it holds values of a given input.
  public var isInput: Bool

  public init(sha256: String, bytes: Int, name: String, label: Int? = nil, isInput: Bool = false) {
    self.sha256 = sha256
    self.bytes = bytes
    self.name = name
    self.label = label
    self.isInput = isInput
  }
}
