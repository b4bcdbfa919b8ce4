import ArgumentParser
import Assay
import AssayCore

struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Measures top-1 and top-5 on labelled images, with latency over the same images.",
    discussion: """
      The folder holds one folder a class, named by index (0, 1, …) or by name, counted in sorted order. Images are JPEG or PNG. \
      Preprocessing: shorter side to size / 0.875, centre crop, bilinear with antialiasing; then as the input tensor asks.
      """)

  @OptionGroup var cell: CellArguments
  @OptionGroup var output: OutputArguments
  @OptionGroup var saving: SavingArguments

  @Option(help: .init("Folder of class folders.", valueName: "folder"))
  var images: String

  func run() throws {
    var bench = try cell.makeBench()
    bench.images = ImageSet(folder: images)
    try CommandRun.measure(bench, output: output, saving: saving)
  }
}
