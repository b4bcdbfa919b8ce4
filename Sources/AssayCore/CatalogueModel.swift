/// A model that Assay can write, as a list shows it.
public struct CatalogueModel: Hashable, Sendable {
  public struct Port: Hashable, Sendable {
    public let name: String
    public let shape: [Int]

    public init(name: String, shape: [Int]) { (self.name, self.shape) = (name, shape) }
  }

  /// Counts as others give them.
  public struct Published: Hashable, Sendable {
    /// In millions.
    public let parameters: Double
    /// In millions.
    public let multiplyAdds: Double
    public let source: String

    public init(parameters: Double, multiplyAdds: Double, source: String) {
      (self.parameters, self.multiplyAdds, self.source) = (parameters, multiplyAdds, source)
    }
  }

  /// On the command line.
  public let name: String
  public let title: String
  /// Where its layers are described.
  public let paper: String
  public let inputs: [Port]
  public let outputs: [Port]
  public let parameters: Int
  /// Multiplications with a weight, each with its addition, for one image.
  public let multiplyAdds: Int
  public let published: Published
  /// Of images, in the words of the options; `nil` for seeded weights, to which it makes no difference.
  public let preprocessing: String?

  public init(
    name: String, title: String, paper: String, inputs: [Port], outputs: [Port], parameters: Int, multiplyAdds: Int,
    published: Published, preprocessing: String?
  ) {
    (self.name, self.title, self.paper) = (name, title, paper)
    (self.inputs, self.outputs) = (inputs, outputs)
    (self.parameters, self.multiplyAdds, self.published) = (parameters, multiplyAdds, published)
    self.preprocessing = preprocessing
  }
}
