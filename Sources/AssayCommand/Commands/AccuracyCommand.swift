import ArgumentParser
import Assay
import AssayCore

struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Measures top-1 and top-5 on labelled images, with latency over the same images.",
    discussion: """
      The folder holds one folder a class, named by index (0, 1, …) or by name, counted in sorted order. Images are JPEG or PNG. \
      What is done to them is printed with the results: the size and layout of the input come from the model; its numbers from its \
      metadata, where it has some, else floats get -1 to 1 and bytes the pixels themselves.
      """)

  @OptionGroup var cell: CellArguments
  @OptionGroup var output: OutputArguments
  @OptionGroup(title: "Preprocessing") var preprocessing: PreprocessingArguments

  @Option(help: .init("Folder of class folders.", valueName: "folder"))
  var images: String

  func run() throws {
    var bench = try cell.makeBench()
    bench.images = ImageSet(folder: images, preprocessing: try preprocessing.makeChoice())
    try CommandRun.measure(bench, output: output)
  }
}
