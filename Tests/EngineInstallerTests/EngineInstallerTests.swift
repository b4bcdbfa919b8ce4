import AssayCore
import ChartRendering
import Foundation
import Testing

@testable import EngineInstaller

@Suite("Engines are installed whole or not at all")
struct EngineInstallerTests {
  @Test("An engine is unpacked into its own folder; doing it again starts no program")
  func installs() throws {
    let index = try LocalIndex()
    let managed = index.managedFolder
    // What a killed installation left: an engine without its mark, and a folder of incomplete things.
    for leftover in ["example/example", ".partial-1/venv"] {
      try FileManager.default.createDirectory(atPath: "\(managed)/\(leftover)", withIntermediateDirectories: true)
    }
    let installer = try EngineInstaller(installable: [index.engine], environment: index.environment)
    #expect(!installer.isInstalled(index.engine))

    var lines: [String] = []
    try installer.install([]) { lines.append($0) }
    #expect(installer.isInstalled(index.engine))
    #expect(try String(contentsOfFile: "\(managed)/example/example/libexample.so", encoding: .utf8) == "a library")
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: managed)) == [".lock", "example"])
    #expect(lines.contains("1.0 MB to download in all"), "\(lines)")
    #expect(lines.last == "example 1.0 installed")

    let withoutPython = index.environment.merging(["ASSAY_PYTHON": "/no/such/python"]) { $1 }
    try EngineInstaller(installable: [index.engine], environment: withoutPython).install(["example"]) {
      #expect($0 == "Already installed in \(managed): example 1.0.")
    }
  }

  @Test("An engine that is installed only by name may take a file from another wheel")
  func variant() throws {
    let index = try LocalIndex()
    let architecture = HostDescription.buildArchitecture
    let wheel = try #require(index.engine.wheels[architecture])
    let addition = LockedEngine.Addition(
      package: "example", version: "1.0", wheel: wheel, path: "example/libexample.so", folder: ".")
    let completed = LockedEngine.Wheel(
      file: wheel.file, bytes: wheel.bytes, sha256: wheel.sha256, additions: [addition])
    let engine = LockedEngine(
      name: "example", package: "example", version: "1.0", wheels: [architecture: completed], isDefault: false)
    let installer = try EngineInstaller(installable: [engine], environment: index.environment)
    try installer.install([]) { _ in }
    #expect(!installer.isInstalled(engine), "nothing was named")

    try EngineInstaller(installable: [engine], environment: index.environment).install(["example"]) { _ in }
    let managed = "\(index.managedFolder)/example"
    #expect(try String(contentsOfFile: "\(managed)/libexample.so", encoding: .utf8) == "a library")
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: index.managedFolder)) == [".lock", "example"])
  }

  @Test("With the charts their JavaScript is made, and files are drawn by the package itself")
  func charts() throws {
    let index = try LocalIndex(
      name: "charts", module: "vl_convert",
      """
      def javascript_bundle(): return "vegaEmbed µ"
      def vegalite_to_svg(specification):
        return f'<svg width="{specification["width"] + 100}"/>{specification["mark"]}'
      def svg_to_png(svg, scale): return f"{svg} {scale}".encode()
      def svg_to_pdf(svg, scale): return f"PDF {scale} {svg}".encode()
      """)
    let tool = try ChartTool(environment: index.environment)
    let error = #expect(throws: AssayError.self) { try tool.bundle() }
    #expect(error?.code == .engineUnavailable)
    #expect(error?.advice == "Install it: assay engines install charts")
    #expect(tool.place == nil)

    let plain = index.environment.merging(["LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"]) { $1 }
    try EngineInstaller(installable: [index.engine], environment: plain).install([]) { _ in }
    #expect(try tool.bundle() == "vegaEmbed µ", "the locale does not count")
    #expect(tool.place == "\(index.managedFolder)/charts")
    let (png, svg, pdf) = ("\(index.folder)/my png", "\(index.folder)/svg/deep", "\(index.folder)/pdf")
    let width = #""usermeta": {"width": 340}"#
    try tool.draw(
      [("one", "{\"mark\": \"bar\", \(width)}"), ("two", "{\"mark\": \"µs\", \(width)}")],
      into: [.png: png, .svg: svg, .pdf: pdf])
    // Labels take 100 pixels, so the view gets what is left.
    #expect(try String(contentsOfFile: "\(png)/one.png", encoding: .utf8) == #"<svg width="340"/>bar 2"#)
    #expect(try String(contentsOfFile: "\(svg)/two.svg", encoding: .utf8) == #"<svg width="340"/>µs"#)
    #expect(try String(contentsOfFile: "\(pdf)/one.pdf", encoding: .utf8) == #"PDF 0.75 <svg width="340"/>bar"#)
    let failure = #expect(throws: AssayError.self) { try tool.draw([("bad", "{}")], into: [.png: png]) }
    #expect(failure?.outputTail?.contains("KeyError") == true)
  }

  @Test("A wheel with another hash is refused, and what was installed before stays")
  func wrongHash() throws {
    let index = try LocalIndex()
    let wheels = index.engine.wheels.mapValues {
      LockedEngine.Wheel(file: $0.file, bytes: $0.bytes, sha256: String(repeating: "0", count: 64))
    }
    let altered = LockedEngine(name: "example", package: "example", version: "1.0", wheels: wheels)
    let older = "\(index.managedFolder)/example/older.so"
    try FileManager.default.createDirectory(
      atPath: "\(index.managedFolder)/example", withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: older))

    let installer = try EngineInstaller(installable: [altered], environment: index.environment)
    let error = #expect(throws: AssayError.self) { try installer.install([]) { _ in } }
    #expect(error?.code == .inputOutput)
    #expect(error?.message == "pip could not install example (example 1.0).")
    #expect(error?.fullDescription.contains("DO NOT MATCH THE HASHES") == true, "\(error?.fullDescription ?? "none")")
    #expect(error?.fullDescription.contains(String(repeating: "0", count: 64)) == true, "pip says what it expected")
    #expect(error?.advice?.contains("network") == false)
    #expect(
      error?.advice?.hasPrefix("The index gave another file than the one that this Assay was tested with") == true)
    #expect(!installer.isInstalled(altered))
    #expect(FileManager.default.fileExists(atPath: older))
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: index.managedFolder)) == [".lock", "example"])
  }

  @Test("An index that lacks the version is told apart from the network, and its password is not shown")
  func noVersion() throws {
    let index = try LocalIndex()
    let newer = LockedEngine(name: "example", package: "example", version: "2.0", wheels: index.engine.wheels)
    let installer = try EngineInstaller(installable: [newer], environment: index.environment)
    let error = #expect(throws: AssayError.self) { try installer.install([]) { _ in } }
    #expect(error?.advice?.hasPrefix("The index lacks this version.") == true, "\(error?.fullDescription ?? "none")")
    #expect(error?.fullDescription.contains("No matching distribution found for example==2.0") == true)

    // Nobody listens on port 1.
    let elsewhere = index.environment.merging([
      "PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0",
      "PIP_INDEX_URL": "http://me:my-secret@127.0.0.1:1/",
      "PIP_EXTRA_INDEX_URL": "http://my-secret@localhost:1/", "HTTP_PROXY": "", "http_proxy": "",
    ]) { $1 }
    let unreachable = try EngineInstaller(installable: [index.engine], environment: elsewhere)
    let failure = #expect(throws: AssayError.self) { try unreachable.install([]) { _ in } }
    #expect(failure?.outputTail != nil && failure?.fullDescription.contains("my-secret") == false)
  }

  @Test("A machine without Python is told what to install")
  func noPython() throws {
    let index = try LocalIndex()
    let environment = index.environment.merging(["ASSAY_PYTHON": "/no/such/python"]) { $1 }
    let installer = try EngineInstaller(installable: [index.engine], environment: environment)
    let error = #expect(throws: AssayError.self) { try installer.install([]) { _ in } }
    #expect(error?.code == .engineUnavailable)
    #expect(error?.message == "Installing engines needs Python 3, and there is no /no/such/python.")
    #expect(error?.advice?.contains("sudo apt install python3-venv") == true)
  }

  @Test("A Python that cannot make virtual environments is told apart, with what it printed")
  func noVenv() throws {
    let index = try LocalIndex()
    let environment = index.environment.merging(["ASSAY_PYTHON": "cat"]) { $1 }
    let installer = try EngineInstaller(installable: [index.engine], environment: environment)
    let error = #expect(throws: AssayError.self) { try installer.install([]) { _ in } }
    #expect(error?.code == .engineUnavailable)
    #expect(error?.message == "cat cannot make a virtual environment.")
    #expect(error?.outputTail?.contains("cat:") == true)
  }

  @Test("A folder that cannot be written is named")
  func unwritable() throws {
    let index = try LocalIndex()
    try Data().write(to: URL(filePath: index.dataFolder))
    let installer = try EngineInstaller(installable: [index.engine], environment: index.environment)
    let error = #expect(throws: AssayError.self) { try installer.install([]) { _ in } }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.hasPrefix("Cannot make the folder \(index.managedFolder): ") == true)
  }

  @Test("An unknown engine is a usage error that lists the known ones, before anything is touched")
  func unknown() throws {
    let index = try LocalIndex()
    let installer = try EngineInstaller(installable: [index.engine], environment: index.environment)
    let error = #expect(throws: AssayError.self) { try installer.install(["example", "caffe"]) { _ in } }
    #expect(error?.code == .usage)
    #expect(error?.message == "There is no engine 'caffe' to install.")
    #expect(error?.advice == "Engines that can be installed: example")
    #expect(!FileManager.default.fileExists(atPath: index.managedFolder))
  }

  @Test(
    "A machine that no wheel runs on is told so",
    arguments: [
      ("sparc", "manylinux_2_5_sparc", "There is no build of example 1.0 for"),
      (HostDescription.buildArchitecture, "manylinux_2_999_any", "example 1.0 needs glibc 2.999; this machine has 2."),
    ])
  func unsupported(architecture: String, platform: String, message: String) throws {
    let wheel = LockedEngine.Wheel(file: "example-1.0-cp312-cp312-\(platform).whl", bytes: 1, sha256: "")
    let engine = LockedEngine(name: "example", package: "example", version: "1.0", wheels: [architecture: wheel])
    let installer = try EngineInstaller(installable: [engine], environment: ["HOME": "/no/such/home"])
    let error = #expect(throws: AssayError.self) { try installer.install([]) { _ in } }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test("For a processor that nothing to draw charts is built for, no library is asked for")
  func noCharts() throws {
    let charts = LockedEngine(name: "charts", package: "vl-convert-python", version: "1.0", wheels: [:])
    let installer = try EngineInstaller(installable: [charts], environment: ["HOME": "/no/such/home"])
    let error = #expect(throws: AssayError.self) { try installer.install([]) { _ in } }
    #expect(error?.advice == "vl-convert-python has no wheel for it: make the report on another machine.")
  }

  @Test("An engine that is installed only by name is offered with its size, and an index that lacks it is named")
  func largeEngine() throws {
    let index = try LocalIndex()
    let wheel = LockedEngine.Wheel(
      file: "large-2.0+cpu-cp36-cp36m-manylinux_2_5_\(HostDescription.buildArchitecture).whl", bytes: 200_000_000,
      sha256: String(repeating: "0", count: 64))
    let large = LockedEngine(
      name: "large", package: "large", version: "2.0+cpu", wheels: [HostDescription.buildArchitecture: wheel],
      isDefault: false, index: "https://index.example/cpu")
    let installer = try EngineInstaller(installable: [index.engine, large], environment: index.environment)
    var lines: [String] = []
    try installer.install([]) { lines.append($0) }
    #expect(lines.contains("example 1.0 installed"))
    #expect(lines.last == "Only by name, 200.0 MB to download: assay engines install large")

    let error = #expect(throws: AssayError.self) { try installer.install(["large"]) { _ in } }
    #expect(error?.code == .inputOutput)
    #expect(
      error?.advice?.contains("PIP_EXTRA_INDEX_URL=https://index.example/cpu assay engines install large") == true,
      "\(error?.advice ?? "")")
  }

  @Test("Without a home there is nowhere to install")
  func nowhere() {
    let error = #expect(throws: AssayError.self) { try EngineInstaller(environment: [:]) }
    #expect(error?.code == .inputOutput)
    #expect(error?.advice == "Set HOME or XDG_DATA_HOME.")
    let charts = #expect(throws: AssayError.self) { try ChartTool(environment: [:]) }
    #expect(charts?.advice == "Set HOME or XDG_DATA_HOME.")
  }
}

@Suite("The lock file names one wheel for each engine and architecture")
struct EngineLockTests {
  private let engines: [LockedEngine]

  init() throws {
    engines = try EngineInstaller(environment: ["HOME": "/"]).installable
  }

  @Test("Engines and the charts, for x86-64 and aarch64, with size and hash; the largest are installed only by name")
  func complete() {
    #expect(engines.filter(\.isDefault).map(\.name) == ["litert", "onnxruntime", "openvino", "tflite", "charts"])
    #expect(
      engines.filter { !$0.isDefault }.map(\.name) == [
        "openvino-2022.3", "onnxruntime-openvino", "tensorflow", "torch", "executorch", "tensorrt-lean", "tensorrt-rtx",
      ])
    for engine in engines {
      // Only PyTorch's own index has a build for aarch64 without CUDA, and NVIDIA and the variants have none.
      let hasBoth = engine.isDefault || ["tensorflow", "executorch"].contains(engine.name)
      #expect(Set(engine.wheels.keys) == (hasBoth ? ["x86_64", "aarch64"] : ["x86_64"]), "\(engine.name)")
      for (architecture, wheel) in engine.wheels {
        #expect(wheel.file.hasSuffix("_\(architecture).whl"))
        #expect(wheel.bytes > 1_000_000)
        #expect(wheel.sha256.count == 64)
      }
    }
  }

  @Test("A wheel's name tells pip what to take, and the C library that it needs")
  func tags() {
    let wheel = LockedEngine.Wheel(
      file: "a-1.0-22982-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl", bytes: 1, sha256: "")
    #expect(
      wheel.pipArguments == [
        "--implementation", "cp", "--python-version", "312", "--abi", "cp312",
        "--platform", "manylinux_2_27_x86_64", "--platform", "manylinux_2_28_x86_64",
      ])
    #expect(wheel.glibc == [2, 27])
    // A version of 3 would be 3.0, which packages do not run with.
    let anyPython = LockedEngine.Wheel(file: "a-1.0-py3-none-manylinux_2_35_x86_64.whl", bytes: 1, sha256: "")
    #expect(anyPython.pipArguments == ["--platform", "manylinux_2_35_x86_64"])
  }
}
