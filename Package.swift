// swift-tools-version: 6.2
import PackageDescription

/// Every target is built alike: Swift 6 language mode, explicit existentials and imports, no warnings.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "Assay",
  products: [
    .executable(name: "assay", targets: ["AssayCommand"]),
    .executable(name: "assay-worker", targets: ["AssayWorker"]),
    .library(name: "Assay", targets: ["Assay"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  ],
  targets: [
    // Values: no I/O.
    .target(name: "AssayCore", swiftSettings: strict),
    .target(name: "Statistics", dependencies: ["AssayCore"], swiftSettings: strict),

    // Engines.
    .target(name: "CPlatform"),
    .target(name: "CEngineAPIs"),
    .target(name: "Platform", dependencies: ["AssayCore", "CPlatform"], swiftSettings: strict),
    .target(name: "DynamicLibrary", dependencies: ["CPlatform"], swiftSettings: strict),
    .target(name: "EngineKit", dependencies: ["AssayCore"], swiftSettings: strict),
    .target(
      name: "Engines",
      dependencies: ["AssayCore", "CEngineAPIs", "CPlatform", "DynamicLibrary", "EngineKit", "Platform"],
      swiftSettings: strict),
    .target(name: "EngineTestKit", dependencies: ["AssayCore", "EngineKit"], swiftSettings: strict),

    // Measuring.
    .target(name: "RecordLog", dependencies: ["AssayCore", "CPlatform", "Platform"], swiftSettings: strict),
    .target(
      name: "Measurement", dependencies: ["AssayCore", "CPlatform", "EngineKit", "Platform", "RecordLog"],
      swiftSettings: strict),
    .target(
      name: "Classification",
      dependencies: [
        "AssayCore", "Datasets", "EngineKit", "Imaging", "Measurement", "Platform", "RecordLog", "Statistics",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "AssayWorker",
      dependencies: ["AssayCore", "Classification", "EngineKit", "Engines", "Measurement", "Platform", "RecordLog"],
      swiftSettings: strict),

    // Orchestrating and showing.
    .target(name: "Launching", dependencies: ["AssayCore", "Platform"], swiftSettings: strict),
    .target(
      name: "ResultStore",
      dependencies: ["AssayCore", "Platform", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: strict),
    .target(name: "Steadiness", dependencies: ["AssayCore", "RecordLog", "Statistics"], swiftSettings: strict),
    .target(
      name: "Report", dependencies: ["AssayCore", "RecordLog"],
      resources: [.embedInCode("Page/report.css"), .embedInCode("Page/report.js")], swiftSettings: strict),
    .target(
      name: "Assay",
      dependencies: [
        "AssayCore", "Classification", "Datasets", "Engines", "EngineKit", "Launching", "Machine", "Platform",
        "RecordLog",
        "Report",
        "ResultStore", "Statistics", "Steadiness", "Telemetry",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "AssayCommand",
      dependencies: [
        "Assay", "AssayCore", "ChartRendering", "Datasets", "EngineInstaller", "Launching", "Platform", "RecordLog",
        "Report",
        "ResultStore",
        "Steadiness", "Telemetry", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Images. The codecs are linked from their archives, so that a program copied to a board needs only the C library there.
    .target(
      name: "CImageCodecs",
      linkerSettings: [
        .linkedLibrary(":libjpeg.a"), .linkedLibrary(":libpng.a"), .linkedLibrary(":libz.a"), .linkedLibrary("m"),
      ]),
    .target(name: "CResampling"),
    .target(name: "Imaging", dependencies: ["AssayCore", "CImageCodecs", "CResampling"], swiftSettings: strict),
    .target(name: "Datasets", dependencies: ["AssayCore"], swiftSettings: strict),

    // What surrounds a measurement.
    .target(name: "Machine", dependencies: ["AssayCore", "Platform"], swiftSettings: strict),
    .target(name: "Telemetry", dependencies: ["AssayCore", "Machine", "Platform"], swiftSettings: strict),

    // Set-up.
    .target(
      name: "ChartRendering", dependencies: ["AssayCore", "Platform"], resources: [.embedInCode("render_charts.py")],
      swiftSettings: strict),
    .target(
      name: "EngineInstaller", dependencies: ["AssayCore", "ChartRendering", "Platform"],
      resources: [.embedInCode("Engines.lock")], swiftSettings: strict),

    // Performance claims, measured.
    .target(name: "CAllocationCounter", path: "Benchmarks/CAllocationCounter"),
    .executableTarget(
      name: "harness-overhead", dependencies: ["AssayCore", "CAllocationCounter", "Measurement", "RecordLog"],
      path: "Benchmarks/HarnessOverhead", swiftSettings: strict),
    .executableTarget(
      name: "decode-resize", dependencies: ["AssayCore", "Imaging"], path: "Benchmarks/DecodeResize",
      swiftSettings: strict),
    .executableTarget(
      name: "comparison-coverage", dependencies: ["AssayCore", "Statistics"],
      path: "Benchmarks/ComparisonCoverage", swiftSettings: strict),

    // Runs made up from a seed, for benchmarks, tests and demonstrations.
    .target(
      name: "SimulatedRuns", dependencies: ["AssayCore", "RecordLog"], path: "Benchmarks/SimulatedRuns",
      swiftSettings: strict),

    .executableTarget(
      name: "steadiness-detection", dependencies: ["AssayCore", "RecordLog", "SimulatedRuns", "Steadiness"],
      path: "Benchmarks/SteadinessDetection", swiftSettings: strict),
    .executableTarget(
      name: "steadiness-peers", dependencies: ["AssayCore", "Platform", "RecordLog", "SimulatedRuns", "Steadiness"],
      path: "Benchmarks/SteadinessPeers", swiftSettings: strict),
    .executableTarget(
      name: "steadiness-scale", dependencies: ["AssayCore", "Platform", "RecordLog", "SimulatedRuns", "Steadiness"],
      path: "Benchmarks/SteadinessScale", swiftSettings: strict),

    // Damaged files for all that reads files.
    .target(
      name: "DecoderFuzzing", dependencies: ["AssayCore", "Imaging"], path: "Tests/Fuzz/DecoderFuzzing",
      swiftSettings: strict),
    .executableTarget(
      name: "fuzz-decoders", dependencies: ["DecoderFuzzing"], path: "Tests/Fuzz/Decoders", swiftSettings: strict),

    .testTarget(
      name: "AssayTests", dependencies: ["Assay", "AssayCore", "Statistics"], swiftSettings: strict),
    .testTarget(
      name: "PlatformTests", dependencies: ["AssayCommand", "AssayCore", "AssayWorker", "Platform", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "AssayCoreTests", dependencies: ["AssayCore"], swiftSettings: strict),
    .testTarget(
      name: "ClassificationTests", dependencies: ["AssayCore", "Classification", "Datasets"], swiftSettings: strict),
    .testTarget(
      name: "DatasetsTests", dependencies: ["AssayCore", "Datasets", "TestSupport", "fuzz-labels"],
      swiftSettings: strict),
    .testTarget(name: "ImagingTests", dependencies: ["AssayCore", "DecoderFuzzing", "Imaging"], swiftSettings: strict),
    .testTarget(
      name: "EngineInstallerTests", dependencies: ["AssayCore", "ChartRendering", "EngineInstaller", "Platform"],
      swiftSettings: strict),
    .testTarget(
      name: "EnginesTests", dependencies: ["AssayCore", "EngineKit", "Engines", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ReportTests", dependencies: ["AssayCore", "ChartRendering", "Report", "TestSupport"],
      exclude: ["validate_specs.py", "Snapshots"], swiftSettings: strict),
    .testTarget(
      name: "TelemetryTests", dependencies: ["AssayCore", "Machine", "Platform", "Telemetry"], exclude: ["Fixtures"],
      swiftSettings: strict),

    .testTarget(
      name: "EngineConformanceTests", dependencies: ["AssayCore", "EngineKit", "EngineTestKit", "Engines"],
      swiftSettings: strict),
    .testTarget(name: "EngineKitTests", dependencies: ["AssayCore", "EngineKit"], swiftSettings: strict),

    // Seeded mutations, at length: each prints its totals.
    .executableTarget(
      name: "fuzz-labels", dependencies: ["AssayCore", "Datasets"], path: "Tests/Fuzz/Labels", swiftSettings: strict),

    // Tests that run the built programs name them, so that they are built.
    .target(
      name: "TestSupport", dependencies: ["AssayCore", "EngineKit", "Engines", "Platform"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "StatisticsTests", dependencies: ["AssayCore", "Statistics"], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "SteadinessTests", dependencies: ["AssayCore", "RecordLog", "SimulatedRuns", "Statistics", "Steadiness"],
      swiftSettings: strict),
    .testTarget(
      name: "RecordLogTests",
      dependencies: ["AssayCommand", "AssayCore", "AssayWorker", "RecordLog", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ResultStoreTests",
      dependencies: [
        "AssayCommand", "AssayCore", "AssayWorker", "RecordLog", "ResultStore", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "MeasurementTests",
      dependencies: ["AssayCore", "EngineKit", "Measurement", "Platform", "RecordLog", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LaunchingTests",
      dependencies: ["AssayCommand", "AssayCore", "AssayWorker", "RecordLog", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "AssayCommand", "AssayCore", "AssayWorker", "CPlatform", "EngineKit", "Engines", "RecordLog", "TestSupport",
      ],
      exclude: ["Snapshots"], swiftSettings: strict),
    .testTarget(
      name: "WholeRunTests", dependencies: ["AssayCommand", "AssayCore", "AssayWorker", "TestSupport"],
      swiftSettings: strict),
  ]
)
