public import AssayCore
import Foundation
import Platform

/// The tool that draws charts, installed by `assay engines install`: the JavaScript of Vega for pages, and vl-convert for files.
public struct ChartTool {
  /// The name in the lock file.
  public static let name = "charts"
  private static let bundleName = "vega-bundle.js"
  private static let shownLines = 6

  private let folder: String
  private let environment: [String: String]

  /// - Parameter environment: the variables of the process. `XDG_DATA_HOME` or `HOME` tells where the tool is, `ASSAY_PYTHON` which Python
  ///   draws files.
  public init(environment: [String: String]) throws(AssayError) {
    guard let engines = DataFolder.engines.path(environment: environment) else {
      throw AssayError(
        .engineUnavailable, "There is no folder to look for what draws charts: neither XDG_DATA_HOME nor HOME is set.",
        advice: "Set HOME or XDG_DATA_HOME.")
    }
    self.init(in: "\(engines)/\(Self.name)", environment: environment)
  }

  /// - Parameter folder: the unpacked package of vl-convert.
  public init(in folder: String, environment: [String: String]) {
    self.folder = folder
    self.environment = environment
  }

  private static let missing = AssayError(
    .engineUnavailable, "What draws charts is not installed.", advice: "Install it: assay engines install \(name)")

  /// Its folder; `nil` if it is not installed.
  public var place: String? { FileManager.default.fileExists(atPath: bundlePath) ? folder : nil }

  private var bundlePath: String { "\(folder)/\(Self.bundleName)" }

  /// The JavaScript of Vega, Vega-Lite and Vega-Embed in one piece, which defines `vegaEmbed`.
  ///
  /// - Throws: `.engineUnavailable` if it is not installed.
  public func bundle() throws(AssayError) -> String {
    guard let bundle = try? String(contentsOfFile: bundlePath, encoding: .utf8), !bundle.isEmpty else {
      throw Self.missing
    }
    return bundle
  }

  /// A kind of file, by the end of its name.
  public enum Format: String, CaseIterable, Sendable {
    /// In double size.
    case png
    case svg, pdf
  }

  /// Draws specifications as files such as `NAME.svg`.
  ///
  /// - Parameters:
  ///   - specifications: Vega-Lite by name; `usermeta.width` is the width of the whole picture in pixels.
  ///   - folders: where files of each format go; a folder is created if it is missing.
  /// - Throws: `.engineUnavailable` if the tool or a Python to run it is missing, `.inputOutput` if a folder cannot be written.
  public func draw(
    _ specifications: [(name: String, json: String)], into folders: [Format: String]
  ) throws(AssayError) {
    _ = try bundle()
    let files = FileManager.default
    let workingFolder = files.temporaryDirectory.appending(path: "assay-charts-\(UUID().uuidString)")
    let specificationFolder = workingFolder.appending(path: "specifications")
    defer { try? files.removeItem(at: workingFolder) }
    do {
      try files.createDirectory(
        at: workingFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for folder in [specificationFolder.path] + folders.values {
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      for (name, json) in specifications {
        try Data(json.utf8).write(to: specificationFolder.appending(path: "\(name).json"))
      }
    } catch {
      throw AssayError(.inputOutput, "Cannot write charts: \(error.localizedDescription)")
    }
    let paths =
      [specificationFolder.path] + Format.allCases.map { folders[$0].map(ProcessSpec.absolutePath) ?? "" }
    try run(
      String(decoding: PackageResources.render_charts_py, as: UTF8.self), paths,
      with: IsolatedPython.name(in: environment), in: workingFolder.path, failure: "Cannot draw charts.")
  }

  /// Writes the bundle beside the package that makes it, right after it was unpacked.
  ///
  /// - Parameters:
  ///   - python: the interpreter.
  ///   - workingFolder: where it runs, with no other writers.
  public func makeBundle(with python: String, in workingFolder: String) throws(AssayError) {
    let program = """
      import vl_convert
      with open(sys.argv[1], "w", encoding="utf-8") as bundle: bundle.write(vl_convert.javascript_bundle())
      """
    try run(program, [bundlePath], with: python, in: workingFolder, failure: "Cannot make the JavaScript of charts.")
  }

  /// Runs a program of Python that uses the package.
  private func run(
    _ program: String, _ arguments: [String], with name: String, in workingFolder: String, failure: String
  ) throws(AssayError) {
    guard let python = IsolatedPython(name, in: workingFolder, environment: environment) else {
      throw AssayError(
        .engineUnavailable, "\(failure) It needs Python 3, and there is no \(name).",
        advice: "On Debian and Ubuntu: sudo apt install python3. ASSAY_PYTHON may name another Python.")
    }
    let outcome = try python.program(program, arguments, packages: folder).run(keeping: Self.shownLines)
    guard outcome.isSuccess else {
      throw AssayError(
        .inputOutput, failure, advice: "Check the folders and the free space.", outputTail: outcome.output.text)
    }
  }
}
