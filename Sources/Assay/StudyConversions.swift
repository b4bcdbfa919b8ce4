public import AssayCore
import Conversion
import Foundation
import Launching
import Platform
public import Study

/// The models that converters make for a study, on this machine, whichever host measures them.
public struct StudyConversions {
  private enum Outcome {
    case made(ConvertedModel)
    case failed(AssayError)
    /// Converters are not installed: that says nothing about the model.
    case missing(AssayError)
  }

  private let context: RunContext
  private let report: (String) -> Void
  private var outcomes: [StudyFile.Model: Outcome] = [:]

  /// - Parameters:
  ///   - context: of any machine.
  ///   - report: gets a line for each conversion that takes time, and for each that fails.
  public init(in context: RunContext, report: @escaping (String) -> Void = { _ in }) throws(AssayError) {
    let machine =
      context.machine.launch.sharesFiles ? context.machine : try Machine.local(interrupts: context.interrupts)
    self.context = RunContext(machine, interrupts: context.interrupts)
    self.report = report
  }

  /// Makes a model, or finds it made. What fails is kept, for its cells.
  ///
  /// - Throws: `.interrupted` alone.
  mutating func make(_ model: StudyFile.Model) throws(AssayError) {
    guard outcomes[model] == nil, let declared = model.conversion else { return }
    do throws(AssayError) {
      outcomes[model] = .made(try convert(model, declared))
    } catch {
      guard error.code != .interrupted else { throw error }
      outcomes[model] = unavailable(model, declared).map { .missing($0) } ?? .failed(error)
      report("\(model.name): \(error)")
    }
  }

  private func convert(
    _ model: StudyFile.Model, _ declared: StudyFile.Conversion
  ) throws(AssayError) -> ConvertedModel {
    var conversion = try self.conversion(of: model, declared)
    defer { conversion.calibration?.cleanUp() }
    let start = MonotonicClock.seconds()
    var step: ConversionStep?
    conversion.report = report
    conversion.progress = { current, _ in
      if step != current { report("\(model.name): \(current)") }
      step = current
    }
    let made = try conversion.run()
    if let error = made.error { throw error }
    let tenths = ((MonotonicClock.seconds() - start) * 10).rounded()
    if step != nil { report("\(model.name): made in \(tenths / 10) s") }
    return try ConvertedModel(made)
  }

  private func conversion(
    of model: StudyFile.Model, _ declared: StudyFile.Conversion
  ) throws(AssayError) -> ModelConversion {
    var conversion = try uncalibrated(model, declared)
    conversion.recipe = declared.recipe
    if let data = declared.calibration {
      conversion.calibration = try CalibrationData.reading(
        data, preprocessing: try conversion.source.preprocessing(PreprocessingChoice()))
    }
    return conversion
  }

  private func uncalibrated(
    _ model: StudyFile.Model, _ declared: StudyFile.Conversion
  ) throws(AssayError) -> ModelConversion {
    try ModelConversion(
      ConversionSource(model.path, in: context), to: declared.form, in: context,
      environment: ModelConversion.onlyInstalled)
  }

  /// Why no converter here makes a model; `nil` if one does.
  private func unavailable(_ model: StudyFile.Model, _ declared: StudyFile.Conversion) -> AssayError? {
    (try? uncalibrated(model, declared))?.missingConverters
  }

  /// Gives a cell the model that was made for it, with images prepared as the source says.
  ///
  /// - Throws: why there is none.
  func complete(_ spec: inout CellSpec, _ model: StudyFile.Model) throws(AssayError) {
    guard model.conversion != nil else { return }
    switch outcomes[model] {
    case .made(let converted):
      var source = ModelReference(path: spec.model.path)
      var models = ModelLookup(context.digests)
      try models.complete(&source)
      spec.measure = try spec.measure.completing(by: source)
      spec.model.conversion = converted
    case .failed(let error), .missing(let error): throw error
    case nil: break
    }
  }

  /// Whether a model cannot be made because converters are not installed.
  func isMissing(_ model: StudyFile.Model) -> Bool {
    if case .missing = outcomes[model] { true } else { false }
  }

  /// Seconds that the conversions of models probably take, without those that are kept from before.
  public func expectedSeconds(of models: [StudyFile.Model]) -> Double {
    models.reduce(0) { sum, model in
      guard let declared = model.conversion, let conversion = try? self.conversion(of: model, declared) else {
        return sum
      }
      defer { conversion.calibration?.cleanUp() }
      return sum + conversion.expectedSeconds
    }
  }
}
