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
  products: [],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // Values: no I/O.
    .target(name: "AssayCore", swiftSettings: strict),

    // Engines.
    .target(name: "CPlatform"),
    .target(name: "CEngineAPIs"),
    .target(name: "DynamicLibrary", dependencies: ["CPlatform"], swiftSettings: strict),
    .target(name: "EngineKit", dependencies: ["AssayCore"], swiftSettings: strict),
    .target(
      name: "Engines",
      dependencies: ["AssayCore", "CEngineAPIs", "CPlatform", "DynamicLibrary", "EngineKit"],
      swiftSettings: strict),

    .testTarget(name: "AssayCoreTests", dependencies: ["AssayCore"], swiftSettings: strict),
  ]
)
