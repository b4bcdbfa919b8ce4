/// How charts look in files of their own, for papers and slides.
public struct PictureStyle: Hashable, Sendable {
  public enum Theme: String, CaseIterable, Sendable {
    case light, dark
    /// Black on white, without titles: a paper has captions.
    case paper
  }

  public static let defaultFontSize = 11.0

  /// Of the whole picture, in pixels of 1/96 inch; `nil` for a usual width of each chart.
  public var width: Int?
  /// Of labels, in pixels.
  public var fontSize: Double
  public var theme: Theme

  public init(width: Int? = nil, fontSize: Double = defaultFontSize, theme: Theme = .light) {
    self.width = width
    self.fontSize = fontSize
    self.theme = theme
  }
}
