public import ArgumentParser
import Assay
import AssayCore
import ChartRendering
public import EngineInstaller
import Foundation
import Report

struct EnginesCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "engines",
    abstract: "Lists, installs, builds and tests inference engines, and installs the tool that draws charts.",
    subcommands: [List.self, Install.self, Build.self, EnginesTest.self])

  static let examples = ["assay engines list"]

  struct List: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Lists the engines that Assay knows, and which of them are installed.")

    static let examples = ["assay engines list --json", "assay engines list --markdown"]

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print the table of engines, devices, precisions and formats that Assay supports, on whatever machine.")
    var markdown = false

    func validate() throws {
      if json && markdown { throw ValidationError("Give either --json or --markdown.") }
    }

    func run() throws {
      let machine = try Machine.local()
      let sink = try TextSink(path: "-")
      if markdown { return try sink.write(SupportTable.markdown(machine.engines)) }
      let engines = Diagnosis.engines(machine)
      // Without a data folder, charts are not installed.
      let charts = try? ChartTool(environment: ProcessInfo.processInfo.environment).place
      try sink.write(
        json
          ? RunDocuments.json(EnginesDocument(engines)) : DiagnosisText.engines(engines) + DiagnosisText.charts(charts))
    }
  }

  struct Install: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Installs engines and the tool that draws charts from PyPI, pinned and checked by hash.",
      discussion: "Set ASSAY_PYTHON to choose the Python whose pip downloads them.")

    static let examples = ["assay engines install litert onnxruntime"]

    @Argument(help: "Names of engines, or charts (default: all but the largest, which it lists).")
    var names: [String] = []

    func run() throws {
      let installer = try EngineInstaller(environment: ProcessInfo.processInfo.environment)
      try installer.install(names) { Terminal.message($0) }
    }
  }

  struct Build: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Builds the shim through which Assay calls TensorRT, TorchScript or ExecuTorch, which have no C API.",
      discussion: """
        Needs a C++ compiler (CXX chooses one) and the library's headers, but neither CUDA nor a GPU. Without --headers, TensorRT's are \
        looked for below TENSORRT_HOME, TENSORRT_ROOT, CUDA_HOME, VIRTUAL_ENV, /usr/include, /usr/local and /opt; those of PyTorch (for \
        TorchScript) and ExecuTorch, with their libraries, in what 'assay engines install' has installed, and below VIRTUAL_ENV.
        """)

    static let examples = [
      "assay engines build tensorrt", "assay engines build torchscript", "assay engines build executorch",
    ]

    @Argument(help: "tensorrt, tensorrt-lean (the same shim), tensorrt-rtx, torchscript, or executorch.")
    var engine: ShimmedEngine

    @Option(
      help: .init(
        "Folder of TensorRT's headers, with NvInfer.h and NvOnnxParser.h; of PyTorch's or ExecuTorch's package.",
        valueName: "folder"))
    var headers: String?

    @Option(
      name: .shortAndLong, help: .init("Library to write (default: where Assay looks for it).", valueName: "file"))
    var output: String?

    func run() throws {
      try ShimBuilder(engine, environment: ProcessInfo.processInfo.environment)
        .build(headers: headers, output: output) { Terminal.message($0) }
    }
  }
}

extension ShimmedEngine: ExpressibleByArgument {}
