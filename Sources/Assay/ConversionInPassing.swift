import AssayCore
import Conversion
import EngineInstaller
import Foundation

/// Converts models for engines that do not read them, if the converters are installed.
public struct ConversionInPassing {
  /// Called with a line before each conversion that takes time.
  private let report: (String) -> Void

  public init(report: @escaping (String) -> Void = { _ in }) { self.report = report }

  /// Gives a cell the model that its engine reads, if it does not read the cell's. Looks at nothing else but the format for a cell that it does read.
  ///
  /// - Throws: `.unsupported` if converters are missing, with the command that installs them; what a conversion throws; `.inferenceFailed`
  ///   if the result is not what the source is.
  func complete(_ spec: inout CellSpec, in context: RunContext) throws(AssayError) {
    guard let format = spec.model.format,
      let engine = context.machine.engines.first(where: { $0.name == spec.target.engine }),
      engine.isInstalled || spec.engineLibrary != nil, !engine.isPlugin, !engine.formats.contains(format),
      let kind = ModelKind(format)
    else { return }
    let source = ConversionForm(kind)
    let kinds = engine.formats.compactMap { ModelKind($0) }
    let ways = kinds.flatMap { ConversionTable.known.paths(from: source, to: ConversionForm($0)) }
    guard let target = ways.min(by: { Self.seconds($0) < Self.seconds($1) })?.last?.result else { return }
    spec.model.conversion = try convert(spec, to: target, in: context)
    spec.measure = try spec.measure.completing(by: spec.model)
  }

  private static func seconds(_ path: [ConversionStep]) -> Double { path.reduce(0) { $0 + $1.seconds } }

  private func convert(
    _ spec: CellSpec, to target: ConversionForm, in context: RunContext
  ) throws(AssayError) -> ConvertedModel {
    let installer = try EnvironmentInstaller(environment: ProcessInfo.processInfo.environment)
    var conversion = try ModelConversion(
      try ConversionSource(spec.model.path, in: context), to: target, in: context
    ) { locked throws(AssayError) in
      guard let installed = installer.installed(locked) else {
        throw AssayError(
          .unsupported,
          "\(spec.target.engine) does not read \(spec.model.path), and what converts it to \(target) is not installed.",
          advice: "Install it: \(locked.installation)")
      }
      return installed
    }
    conversion.report = report
    let name = spec.model.name
    var isAnnounced = false
    conversion.progress = { step, _ in
      if !isAnnounced { report("Converting \(name): \(step)") }
      isAnnounced = true
    }
    let made = try conversion.run()
    if let error = made.error { throw error }
    guard let format = made.result.format else {
      throw AssayError(.protocolViolation, "The conversion of \(spec.model.path) has no format.")
    }
    return ConvertedModel(
      path: made.result.path, format: format, sha256: made.result.sha256, bytes: made.result.bytes,
      forms: made.forms, steps: made.steps, agreement: made.agreement)
  }
}
