// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "Assay",
  products: [
    .executable(name: "assay", targets: ["AssayCommand"]),
    .executable(name: "assay-worker", targets: ["AssayWorker"]),
    .library(name: "Assay", targets: ["Assay", "AssayCore"]),
    // For authors of engines: the seam and the suite that every engine must pass.
    .library(name: "EngineTestKit", targets: ["AssayCore", "EngineKit", "EngineTestKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  // From the floor up: a target depends only on targets above it. ArchitectureTests checks this list against the imports.
  targets: [
    // Values and arithmetic, without I/O.
    .target(name: "AssayCore"),
    .target(name: "Statistics", dependencies: ["AssayCore"]),
    .target(name: "Scenarios", dependencies: ["AssayCore", "Statistics"]),
    .target(name: "CSV", dependencies: ["AssayCore"]),

    // Results of others, and what studies make of results.
    .target(
      name: "PublishedResults", dependencies: ["AssayCore", "CSV"],
      resources: [
        "contradictions", "methods", "names", "results", "sources", "specifications", "statements", "tables",
      ].map { .embedInCode("Data/\($0).csv") }),
    .target(name: "Analyses", dependencies: ["AssayCore", "Statistics"]),
    // YAML files that users write.
    .target(name: "YAMLFiles", dependencies: ["AssayCore", yams]),
    // Study files.
    .target(name: "Study", dependencies: ["AssayCore", "Scenarios", "YAMLFiles", yams]),

    // JSON without Foundation, which would make the worker twice as large.
    .target(name: "JSONCoding"),

    // The boundary to C.
    .target(name: "CPlatform"),
    // Processes, threads, clocks, signals, files.
    .target(name: "Platform", dependencies: ["AssayCore", "CPlatform"]),
    .target(name: "CEngineAPIs"),
    // The codecs are linked from their archives: a program copied to a board needs only the C library there.
    .target(
      name: "CImageCodecs",
      linkerSettings: [
        .linkedLibrary(":libjpeg.a"), .linkedLibrary(":libpng.a"), .linkedLibrary(":libz.a"), .linkedLibrary("m"),
      ]),
    .target(name: "CResampling"),
    // Stands in for the tables of ICU, which nothing in Assay reads: 34 MB less.
    .target(name: "CUnicodeData"),
    .target(name: "DynamicLibrary", dependencies: ["CPlatform"]),

    // Engines.
    .target(name: "EngineKit", dependencies: ["AssayCore"]),
    // Readers of model files, for what no engine reports.
    .target(name: "ModelFiles", dependencies: ["AssayCore", "CImageCodecs"]),
    // What follows from a model's graph: shapes, parameters, multiply-accumulates, memory.
    .target(name: "Inspection", dependencies: ["AssayCore", "ModelFiles"]),
    .target(
      name: "Engines",
      dependencies: [
        "AssayCore", "CEngineAPIs", "CPlatform", "DynamicLibrary", "EngineKit", "JSONCoding", "ModelFiles", "Platform",
      ]),
    .target(name: "EngineTestKit", dependencies: ["AssayCore", "EngineKit", "JSONCoding", "Platform"]),

    // Images.
    .target(name: "Imaging", dependencies: ["AssayCore", "CImageCodecs", "CResampling", "ModelFiles"]),
    .target(name: "Datasets", dependencies: ["AssayCore", "CSV"]),
    .target(name: "Predictions", dependencies: ["AssayCore", "CSV"]),

    // Tensors of given inputs and of outputs.
    .target(name: "TensorFiles", dependencies: ["AssayCore", "ModelFiles", "Platform"]),

    // Measuring.
    .target(name: "RecordLog", dependencies: ["AssayCore", "CPlatform", "Platform"]),
    .target(name: "Machine", dependencies: ["AssayCore", "Platform"]),
    .target(name: "Telemetry", dependencies: ["AssayCore", "JSONCoding", "Machine", "Platform"]),
    .target(
      name: "Measurement",
      dependencies: [
        "AssayCore", "CPlatform", "EngineKit", "Imaging", "ModelFiles", "Platform", "RecordLog", "TensorFiles",
      ]),
    .target(
      name: "Classification",
      dependencies: [
        "AssayCore", "Datasets", "EngineKit", "Imaging", "Measurement", "Platform", "Predictions", "RecordLog",
        "Statistics",
      ]),
    .executableTarget(
      name: "AssayWorker",
      dependencies: [
        "AssayCore", "Classification", "CPlatform", "Datasets", "EngineKit", "Engines", "EngineTestKit", "JSONCoding",
        "Machine", "Measurement", "Platform", "RecordLog", "Scenarios", "Telemetry", "TensorFiles",
      ]),

    // Orchestrating, keeping and showing.
    .target(name: "Launching", dependencies: ["AssayCore", "Datasets", "Platform", "RecordLog"]),
    .target(name: "RecordImport", dependencies: ["AssayCore", "CSV", "RecordLog"]),
    .target(name: "Steadiness", dependencies: ["AssayCore", "RecordLog", "Statistics"]),
    .target(name: "ResultStore", dependencies: ["AssayCore", "Platform", grdb]),
    .target(
      name: "Report",
      dependencies: [
        "Analyses", "AssayCore", "CSV", "PublishedResults", "RecordLog", "Scenarios", "Statistics", "Study",
      ],
      resources: [
        .embedInCode("Page/graph.css"), .embedInCode("Page/graph.js"), .embedInCode("Page/report.css"),
        .embedInCode("Page/report.js"), .embedInCode("Schema/schema.json"),
      ]),
    .target(
      name: "ChartRendering", dependencies: ["AssayCore", "Platform"], resources: [.embedInCode("render_charts.py")]),
    .target(
      name: "EngineInstaller", dependencies: ["AssayCore", "ChartRendering", "Platform"],
      // Links lead to Native: an installed Assay builds shims from what it has inside.
      resources: [.embedInCode("Engines.lock"), .embedInCode("Environments.lock"), .embedInCode("Models.lock")]
        + [
          "assay_tensorrt.cpp", "assay_tensorrt.h", "cuda_driver.h", "cuda_runtime_api.h", "engine.h", "library.h",
          "session.h",
        ].map { .embedInCode("TensorRT/\($0)") }
        + [
          "assay_engine.h", "assay_torchscript.cpp", "torchscript_failure.h", "torchscript_model.h",
          "torchscript_session.h", "torchscript_types.h",
        ].map { .embedInCode("TorchScript/\($0)") }
        + [
          "assay_executorch.cpp", "executorch_failure.h", "executorch_model.h", "executorch_session.h",
          "executorch_tensor.h", "executorch_threads.h",
        ].map { .embedInCode("ExecuTorch/\($0)") }),
    .target(
      name: "Conversion", dependencies: ["AssayCore", "EngineInstaller", "Platform"],
      resources: [
        "step", "keras_saved_model", "onnx_float16", "onnx_int8", "onnx_program", "onnx_to_saved_model",
        "onnx_to_tflite", "openvino_float16", "openvino_int8", "openvino_ir", "saved_model_tflite", "tensorflow_onnx",
        "tflite_edgetpu", "tflite_float16", "tflite_int8", "torch_onnx", "torch_pt2", "torch_source", "torch_tflite",
      ].map { .embedInCode("Steps/\($0).py") }),
    // Models that Assay writes by itself.
    .target(
      name: "ModelCatalogue", dependencies: ["AssayCore", "EngineInstaller", "ModelFiles", "Platform", "YAMLFiles"]),
    .target(
      name: "Assay",
      dependencies: [
        "AssayCore", "Conversion", "Datasets", "EngineInstaller", "Imaging", "Inspection", "Launching", "ModelFiles",
        "Platform", "Predictions", "RecordImport", "RecordLog", "Report", "ResultStore", "Scenarios", "Statistics",
        "Steadiness", "Study", "Telemetry", "TensorFiles",
      ]),
    .executableTarget(
      name: "AssayCommand",
      dependencies: [
        "Assay", "AssayCore", "ChartRendering", "Conversion", "CUnicodeData", "EngineInstaller", "ModelCatalogue",
        "Platform", "PublishedResults",
        "RecordImport", "RecordLog",
        "Report", "ResultStore", "Scenarios", "Steadiness", "Study", "Telemetry", "TensorFiles", argumentParser,
      ]),

    // Claims of performance, measured. SimulatedRuns makes runs from a seed, also for tests.
    .target(name: "CAllocationCounter", path: "Benchmarks/CAllocationCounter"),
    // Benchmarks/store-kills compiles it once more, to preload it.
    .target(name: "CKillSwitch", path: "Benchmarks/CKillSwitch", publicHeadersPath: "."),
    .target(name: "SimulatedRuns", dependencies: ["AssayCore", "RecordLog"], path: "Benchmarks/SimulatedRuns"),
    .executableTarget(
      name: "harness-overhead", dependencies: ["AssayCore", "CAllocationCounter", "Measurement", "RecordLog"],
      path: "Benchmarks/HarnessOverhead"),
    .executableTarget(
      name: "streams-overhead",
      dependencies: ["AssayCore", "CAllocationCounter", "Measurement", "Platform", "RecordLog"],
      path: "Benchmarks/StreamsOverhead"),
    .executableTarget(
      name: "decode-resize", dependencies: ["AssayCore", "Imaging"], path: "Benchmarks/DecodeResize"),
    .executableTarget(
      name: "comparison-coverage", dependencies: ["AssayCore", "Statistics"], path: "Benchmarks/ComparisonCoverage"),
    .executableTarget(
      name: "steadiness", dependencies: ["AssayCore", "Platform", "RecordLog", "SimulatedRuns", "Steadiness"],
      path: "Benchmarks/Steadiness"),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["AssayCore", "EngineKit", "Engines", "Platform"], path: "Tests/TestSupport"),
    .target(
      name: "Fuzzing",
      dependencies: [
        "Assay", "AssayCore", "Datasets", "EngineKit", "Engines", "EngineTestKit", "Imaging", "Inspection",
        "JSONCoding", "Launching", "Machine", "ModelCatalogue", "ModelFiles", "Platform", "Predictions", "RecordImport",
        "RecordLog", "Report", "ResultStore", "Scenarios", "SimulatedRuns", "Steadiness", "Telemetry", "TensorFiles",
        grdb,
      ], path: "Tests/Fuzz/Fuzzing"),
    .executableTarget(name: "fuzz", dependencies: ["AssayCore", "Fuzzing", "Platform"], path: "Tests/Fuzz/Program"),
    .testTarget(name: "FuzzTests", dependencies: ["Fuzzing", "TestSupport"]),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
    .testTarget(name: "AssayCoreTests", dependencies: ["AssayCore"]),
    .testTarget(name: "PlatformTests", dependencies: ["AssayCore", "Platform", "TestSupport"]),
    .testTarget(name: "CSVTests", dependencies: ["AssayCore", "CSV"]),
    .testTarget(name: "PredictionsTests", dependencies: ["AssayCore", "Predictions"]),
    .testTarget(name: "RecordImportTests", dependencies: ["AssayCore", "RecordImport", "RecordLog"]),
    .testTarget(name: "StatisticsTests", dependencies: ["AssayCore", "Statistics"], exclude: ["Fixtures"]),
    .testTarget(name: "PublishedResultsTests", dependencies: ["AssayCore", "PublishedResults", "TestSupport"]),
    .testTarget(name: "AnalysesTests", dependencies: ["Analyses", "AssayCore", "PublishedResults", "Statistics"]),
    .testTarget(name: "StudyTests", dependencies: ["AssayCore", "Study", "TestSupport"]),
    .testTarget(
      name: "ScenariosTests", dependencies: ["AssayCore", "Report", "Scenarios"], exclude: ["Fixtures"]),
    .testTarget(name: "JSONCodingTests", dependencies: ["JSONCoding"]),
    .testTarget(name: "EngineKitTests", dependencies: ["AssayCore", "EngineKit"]),
    .testTarget(name: "InspectionTests", dependencies: ["AssayCore", "Inspection", "ModelFiles", "TestSupport"]),
    .testTarget(
      name: "EnginesTests",
      dependencies: ["AssayCore", "EngineKit", "Engines", "ModelFiles", "TensorFiles", "TestSupport"]),
    .testTarget(
      name: "EngineConformanceTests",
      dependencies: ["AssayCore", "EngineKit", "EngineTestKit", "Engines", "TestSupport"]),
    .testTarget(name: "PluginTests", dependencies: ["AssayCore", "TestSupport"]),
    .testTarget(name: "ImagingTests", dependencies: ["AssayCore", "Imaging"]),
    .testTarget(name: "DatasetsTests", dependencies: ["AssayCore", "Datasets"]),
    .testTarget(name: "TensorFilesTests", dependencies: ["AssayCore", "TensorFiles", "TestSupport"]),
    .testTarget(name: "RecordLogTests", dependencies: ["AssayCore", "RecordLog", "TestSupport"]),
    .testTarget(
      name: "MeasurementTests",
      dependencies: ["AssayCore", "CPlatform", "EngineKit", "Measurement", "Platform", "RecordLog", "TestSupport"]),
    .testTarget(name: "ClassificationTests", dependencies: ["AssayCore", "Classification", "Datasets"]),
    .testTarget(
      name: "LaunchingTests", dependencies: ["AssayCore", "CPlatform", "Platform", "RecordLog", "TestSupport"]),
    .testTarget(
      name: "TelemetryTests", dependencies: ["AssayCore", "Machine", "Platform", "Telemetry"], exclude: ["Fixtures"]),
    .testTarget(
      name: "SteadinessTests", dependencies: ["AssayCore", "RecordLog", "SimulatedRuns", "Steadiness"]),
    .testTarget(
      name: "ResultStoreTests", dependencies: ["AssayCore", "RecordLog", "ResultStore", "TestSupport", grdb]),
    .testTarget(
      name: "ReportTests",
      dependencies: ["AssayCore", "ChartRendering", "PublishedResults", "Report", "Study", "TestSupport"],
      exclude: ["validate_specs.py", "Snapshots"]),
    .testTarget(
      name: "EngineInstallerTests", dependencies: ["AssayCore", "ChartRendering", "EngineInstaller", "Platform"]),
    .testTarget(
      name: "ConversionTests", dependencies: ["AssayCore", "Conversion", "EngineInstaller", "Platform"]),
    .testTarget(
      name: "ModelCatalogueTests",
      dependencies: [
        "AssayCore", "EngineKit", "Engines", "ModelCatalogue", "ModelFiles", "Platform", "TestSupport",
      ]),
    .testTarget(
      name: "AssayTests",
      dependencies: [
        "Assay", "AssayCore", "Conversion", "Platform", "Predictions", "RecordLog", "ResultStore", "Statistics",
        "TensorFiles", "TestSupport", grdb,
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "AssayCore", "CPlatform", "EngineKit", "Engines", "ModelFiles", "RecordLog", "TensorFiles", "TestSupport", grdb,
      ],
      exclude: ["Snapshots", "validate_documents.py"]),
    .testTarget(name: "WholeRunTests", dependencies: ["AssayCore", "TestSupport"]),
  ]
)

for target in package.targets {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
