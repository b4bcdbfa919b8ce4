import AssayCore
import Foundation
import Platform

/// pip, in a virtual environment for one installation: it needs no pip on the system and changes no Python installation.
struct Pip {
  private static let progressInterval = 5.0
  private static let shownLines = 12

  private let python: IsolatedPython
  private let variables: [String: String]
  private let downloads: String

  /// The interpreter of the virtual environment.
  var interpreter: String { python.interpreter }

  /// - Parameter folder: where the virtual environment and pip's temporary files go.
  init(in folder: String, environment: [String: String]) throws(AssayError) {
    let downloads = "\(folder)/downloads"
    self.downloads = downloads
    // Downloads stay on this file system, so that pip can rename them into place. A `user = true` of pip's configuration would
    // contradict the target folder.
    variables = ["TMPDIR": downloads, "PIP_USER": "0"]
    do {
      try FileManager.default.createDirectory(atPath: downloads, withIntermediateDirectories: false)
    } catch {
      throw AssayError(.inputOutput, "Cannot make the folder \(downloads): \(error.localizedDescription)")
    }
    let name = IsolatedPython.name(in: environment)
    let unusable = { (message: String, output: String?) in
      AssayError(
        .engineUnavailable, message,
        advice: "On Debian and Ubuntu: sudo apt install python3-venv. ASSAY_PYTHON may name another Python.",
        outputTail: output)
    }
    guard let system = IsolatedPython(name, in: folder, environment: environment) else {
      throw unusable("Installing engines needs Python 3, and there is no \(name).", nil)
    }
    let venv = try system.module("venv", ["\(folder)/venv"], setting: variables).run(keeping: Self.shownLines)
    guard venv.isSuccess,
      let python = IsolatedPython("\(folder)/venv/bin/python", in: folder, environment: environment)
    else { throw unusable("\(name) cannot make a virtual environment.", venv.output.text) }
    self.python = python
  }

  /// Downloads one wheel, checks its hash and unpacks it.
  ///
  /// - Parameter progress: called every few seconds with the bytes received so far.
  func install(
    _ package: String, _ version: String, _ wheel: LockedEngine.Wheel, of engine: LockedEngine, into folder: String,
    progress: (Int) -> Void
  ) throws(AssayError) {
    let retry = engine.index.map {
      "PyPI lacks this build. Name its index: PIP_EXTRA_INDEX_URL=\($0) assay engines install \(engine.name). "
        + "To use a library that you have: --engine-library \(engine.name)=PATH"
    }
    try install(
      ["\(package)==\(version) --hash=sha256:\(wheel.sha256)"], "\(engine.name) (\(package) \(version))",
      into: folder, arguments: wheel.pipArguments, ifMissing: retry, progress: progress)
  }

  /// Downloads packages, checks their hashes and unpacks them.
  ///
  /// - Parameters:
  ///   - requirements: lines of a requirements file, each with a hash.
  ///   - name: what they are, for errors.
  ///   - hint: what to do where the index lacks one of them; `nil` for the usual.
  ///   - progress: called every few seconds with the bytes of the largest download so far.
  func install(
    _ requirements: [String], _ name: String, into folder: String, arguments: [String] = [], ifMissing hint: String?,
    progress: (Int) -> Void
  ) throws(AssayError) {
    let file = "\(folder).txt"
    do {
      try Data((requirements.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(file): \(error.localizedDescription)")
    }
    let common = [
      "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile",
      "--require-hashes", "--no-deps", "--only-binary", ":all:", "--target", folder, "--requirement", file,
    ]
    var received = 0
    let pip = try python.module("pip", common + arguments, setting: variables).run(
      keeping: Self.shownLines, every: Self.progressInterval
    ) {
      let now = downloadedBytes()
      if now > received {
        received = now
        progress(now)
      }
    }
    guard pip.isSuccess else {
      throw AssayError(
        .inputOutput, "pip could not install \(name).", advice: Self.advice(pip.output.text ?? "", hint),
        outputTail: pip.output.text)
    }
  }

  /// What to do about a failure, by what pip printed.
  private static func advice(_ output: String, _ hint: String?) -> String {
    let words = output.lowercased()
    if words.contains("do not match the hashes") {
      return "The index gave another file than the one that this Assay was tested with, so nothing of it was unpacked. "
        + "Check the index in pip's configuration and PIP_INDEX_URL, and who runs it."
    }
    if words.contains("no matching distribution") || words.contains("could not find a version") {
      return hint
        ?? "The index lacks this version. Check the index in pip's configuration, PIP_INDEX_URL and PIP_NO_INDEX."
    }
    if words.contains("no space left") { return "Make room on the disk, then repeat." }
    return "Check the network and the free space, then repeat; complete downloads are kept."
  }

  /// The size of the wheel so far. Versions of pip differ in where below the temporary folder they put it.
  private func downloadedBytes() -> Int {
    (FileManager.default.enumerator(atPath: downloads)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".whl") }
      .compactMap { try? FileManager.default.attributesOfItem(atPath: "\(downloads)/\($0)")[.size] as? Int }
      .max() ?? 0
  }
}
