public import AssayCore
import Conversion
public import EngineInstaller
import Foundation

extension ModelConversion {
  /// An environment that is there: for conversions that must not begin a download.
  ///
  /// - Throws: `.unsupported` with the command that installs it.
  public static func onlyInstalled(_ locked: LockedEnvironment) throws(AssayError) -> EnvironmentInstaller.Installed {
    let installer = try EnvironmentInstaller(environment: ProcessInfo.processInfo.environment)
    guard let installed = installer.installed(locked) else {
      throw AssayError(
        .unsupported, "The converters '\(locked.name)' (\(locked.about)) are not installed.",
        advice: "Install them: \(locked.installation)")
    }
    return installed
  }

  /// Why no path can be taken on this machine as it is; `nil` if one can.
  public var missingConverters: AssayError? {
    var first: AssayError?
    for path in table.paths(from: source.form, to: target) {
      do throws(AssayError) {
        try checkPrograms(of: path)
        for step in path { _ = try Self.onlyInstalled(lock(of: step)) }
        return nil
      } catch {
        first = first ?? error
      }
    }
    return first ?? noPath
  }

  /// Seconds that a conversion probably takes: those of the steps whose results are not kept from before.
  var expectedSeconds: Double {
    let path = (try? path()) ?? []
    let kept = (try? keptOutcomes(of: path)) ?? []
    return path.dropFirst(kept.count).reduce(0) { $0 + $1.seconds }
  }
}

extension ConvertedModel {
  /// What a cell's engine is given in the place of the source.
  ///
  /// - Throws: `.unsupported` for a result that no engine reads.
  public init(_ report: ConversionReport) throws(AssayError) {
    guard let format = report.result.format else {
      throw AssayError(
        .unsupported, "No installed engine reads \(report.result.path).",
        advice: "assay engines list shows which engines there are.")
    }
    self.init(
      path: report.result.path, format: format, sha256: report.result.sha256, bytes: report.result.bytes,
      forms: report.forms, steps: report.steps, agreement: report.agreement)
  }
}
