import AssayCore
import Foundation

/// pip, in a virtual environment that lives as long as one installation: it needs no pip on the system and changes no Python.
struct Pip {
  private static let progressInterval = 5.0
  private static let shownLines = 6

  /// The interpreter of the virtual environment.
  let python: String
  private let environment: [String: String]
  private let downloads: String

  /// - Parameter folder: where the virtual environment and pip's temporary files go.
  init(in folder: String, environment: [String: String]) throws(AssayError) {
    let systemPython = environment["ASSAY_PYTHON"].flatMap { $0.isEmpty ? nil : $0 } ?? "python3"
    python = "\(folder)/venv/bin/python"
    downloads = "\(folder)/downloads"
    // Downloads stay on this file system, so that pip puts them in place by renaming. A `user = true` of pip's configuration would
    // contradict the target folder.
    self.environment = environment.merging(["TMPDIR": downloads, "PIP_USER": "0"]) { $1 }
    do {
      try FileManager.default.createDirectory(atPath: downloads, withIntermediateDirectories: false)
    } catch {
      throw AssayError(.inputOutput, "Cannot make the folder \(downloads): \(error.localizedDescription)")
    }
    let venv = try ChildProgram.run([systemPython, "-m", "venv", "\(folder)/venv"], environment: self.environment)
    guard venv.status == 0 else {
      let isMissing = venv.status == ChildProgram.notFound
      throw AssayError(
        .engineUnavailable,
        isMissing
          ? "Installing engines needs Python 3, and there is no \(systemPython)."
          : "\(systemPython) cannot make a virtual environment.",
        advice: "On Debian and Ubuntu: sudo apt install python3-venv. ASSAY_PYTHON may name another Python.",
        outputTail: isMissing ? nil : Self.tail(venv.output))
    }
  }

  /// Downloads one wheel, checks its hash and unpacks it.
  ///
  /// - Parameter progress: is given the bytes received, every few seconds while there are more.
  func install(
    _ engine: LockedEngine, _ wheel: LockedEngine.Wheel, into folder: String, progress: (Int) -> Void
  ) throws(AssayError) {
    let requirements = "\(folder).txt"
    do {
      try "\(engine.package)==\(engine.version) --hash=sha256:\(wheel.sha256)\n"
        .write(toFile: requirements, atomically: false, encoding: .utf8)
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(requirements): \(error.localizedDescription)")
    }
    let arguments = [
      python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile",
      "--require-hashes", "--no-deps", "--only-binary", ":all:", "--target", folder, "--requirement", requirements,
    ]
    var received = 0
    let pip = try ChildProgram.run(
      arguments + wheel.pipArguments, environment: environment, every: Self.progressInterval
    ) {
      let now = downloadedBytes()
      if now > received {
        received = now
        progress(now)
      }
    }
    guard pip.status == 0 else {
      throw AssayError(
        .inputOutput, "pip could not install \(engine.name) (\(engine.package) \(engine.version)).",
        advice: "Check the network and the free space, then repeat; what is complete is kept.",
        outputTail: Self.tail(pip.output))
    }
  }

  /// The size of the wheel so far, wherever below its temporary folder this version of pip puts it.
  private func downloadedBytes() -> Int {
    (FileManager.default.enumerator(atPath: downloads)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".whl") }
      .compactMap { try? FileManager.default.attributesOfItem(atPath: "\(downloads)/\($0)")[.size] as? Int }
      .max() ?? 0
  }

  private static func tail(_ output: String) -> String {
    output.split(separator: "\n").suffix(shownLines).joined(separator: "\n")
  }
}
