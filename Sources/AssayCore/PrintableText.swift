extension StringProtocol {
  /// The text on one line, without control characters that a terminal would obey: line breaks become spaces, others `?`.
  public var printable: String {
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      scalars.append(scalar == "\n" ? " " : scalar.properties.generalCategory == .control ? "?" : scalar)
    }
    return String(scalars)
  }
}
