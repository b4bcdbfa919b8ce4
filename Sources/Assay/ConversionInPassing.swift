import AssayCore
import Conversion
import ModelFiles

/// Converts models for engines that do not read them, if the converters are installed.
public struct ConversionInPassing {
  /// Called with a line before each conversion that takes time.
  private let report: (String) -> Void

  public init(report: @escaping (String) -> Void = { _ in }) { self.report = report }

  /// Gives a cell the model that its engine reads, if it does not read the cell's. Looks at nothing else but the format for a cell that it does
  /// read, and leaves one alone that has a conversion already.
  ///
  /// - Throws: `.unsupported` if converters are missing, with the command that installs them; what a conversion throws; `.inferenceFailed`
  ///   if the result is not what the source is.
  func complete(_ spec: inout CellSpec, in context: RunContext) throws(AssayError) {
    guard spec.model.conversion == nil, let format = spec.model.format,
      let engine = context.machine.engines.first(where: { $0.name == spec.target.engine }),
      engine.isInstalled || spec.engineLibrary != nil, !engine.isPlugin,
      !Self.isRead(spec.model.path, format, by: engine),
      ModelKind(format) != nil
    else { return }
    let source = try ConversionSource(spec.model.path, in: context)
    let forms = ConversionTable.known.forms(
      of: source.form, on: spec.target, reading: engine.formats, precision: .source)
    guard let form = forms.first else { return }
    spec.model.conversion = try convert(source, to: form, for: spec, in: context)
    spec.measure = try spec.measure.completing(by: spec.model)
  }

  /// Whether an engine reads a model. No engine reads a `.pt2` without compiled code.
  private static func isRead(_ path: String, _ format: ModelFormat, by engine: KnownEngine) -> Bool {
    guard engine.formats.contains(format) else { return false }
    return format != .pt2 || (try? PT2Package.holdsCode(path)) != false
  }

  private func convert(
    _ source: ConversionSource, to form: ConversionForm, for spec: CellSpec, in context: RunContext
  ) throws(AssayError) -> ConvertedModel {
    var conversion = try ModelConversion(
      source, to: form, in: context
    ) { locked throws(AssayError) in
      do throws(AssayError) {
        return try ModelConversion.onlyInstalled(locked)
      } catch {
        throw AssayError(
          error.code, "\(spec.target.engine) does not read \(spec.model.path): \(error.message)", advice: error.advice)
      }
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
    return try ConvertedModel(made)
  }
}
