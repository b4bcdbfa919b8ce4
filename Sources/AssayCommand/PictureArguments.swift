public import ArgumentParser
import ChartRendering
public import Report

/// Which pictures to write beside a page, and how they look.
struct PictureArguments: ParsableArguments {
  @Option(help: .init("Write every chart as PNG, in double size, into this folder.", valueName: "folder"))
  var png: String?

  @Option(help: .init("Write every chart as SVG into this folder.", valueName: "folder"))
  var svg: String?

  @Option(help: .init("Write every chart as PDF into this folder.", valueName: "folder"))
  var pdf: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "The width of each picture in pixels, of which 96 are an inch (default: 960, or 560 for small charts).",
      valueName: "pixels"))
  var width: Int?

  @Option(
    parsing: .unconditional, help: .init("The size of labels in pixels (default: 11).", valueName: "pixels"))
  var fontSize: Double?

  @Option(
    help: .init("The colours; paper is black on white, without titles (default: light).", valueName: "theme"))
  var theme: PictureStyle.Theme?

  var folders: [ChartTool.Format: String] {
    let all: [(ChartTool.Format, String?)] = [(.png, png), (.svg, svg), (.pdf, pdf)]
    return Dictionary(uniqueKeysWithValues: all.compactMap { format, folder in folder.map { (format, $0) } })
  }

  var style: PictureStyle {
    PictureStyle(width: width, fontSize: fontSize ?? PictureStyle.defaultFontSize, theme: theme ?? .light)
  }

  func validate() throws {
    try Bounds.check(width, 240...10_000, "--width")
    try Bounds.check(fontSize, 4...96, "--font-size")
    if folders.isEmpty, width != nil || fontSize != nil || theme != nil {
      throw ValidationError(
        "--width, --font-size and --theme are for pictures: name a folder with --svg, --pdf or --png.")
    }
  }
}

extension PictureStyle.Theme: ExpressibleByArgument {}
