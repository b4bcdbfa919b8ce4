extension StringProtocol {
  /// The text in one line without control characters, which a terminal would obey: line breaks become spaces, all others `?`.
  public var printable: String {
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      scalars.append(scalar == "\n" ? " " : scalar.properties.generalCategory == .control ? "?" : scalar)
    }
    return String(scalars)
  }
}
