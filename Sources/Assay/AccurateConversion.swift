public import AssayCore
import Conversion
import Foundation

/// Converts a model, and classifies the same labelled images by source and result; with a bound, by one recipe after the other until one keeps it.
public struct AccurateConversion {
  private let conversion: ModelConversion
  private let measure: AccuracyMeasure
  /// The share of top-1 that may be lost; `nil` takes the first recipe.
  private let maximumDrop: Double?

  public init(_ conversion: ModelConversion, images: ImageSet, maximumDrop: Double?) {
    self.conversion = conversion
    self.maximumDrop = maximumDrop
    var measure = AccuracyMeasure(images: images)
    measure.ranks = [1]
    self.measure = measure
  }

  /// - Returns: the conversion of the first recipe that keeps the bound; if none does, of the one that loses least, with an error.
  /// - Throws: what conversions and measuring throw; `.unsupported` if no recipe works.
  public func run() throws(AssayError) -> ConversionReport {
    let recipes = try recipes()
    let source = try reference()
    var tried: [ConversionAccuracy.Attempt] = []
    var best: (report: ConversionReport, accuracy: ConversionAccuracy)?
    for recipe in recipes {
      do throws(AssayError) {
        let (report, accuracy) = try convert(recipe, against: source)
        if let recipe { tried.append(.init(recipe: recipe, difference: accuracy.difference)) }
        if accuracy.difference > best?.accuracy.difference ?? -.infinity { best = (report, accuracy) }
        if keepsBound(accuracy) { break }
      } catch {
        guard let recipe, recipes.count > 1, [.unsupported, .crashed, .timedOut].contains(error.code) else {
          throw error
        }
        conversion.report("\(error)\nThe next recipe follows")
        tried.append(.init(recipe: recipe, failure: error.message))
      }
    }
    guard var (report, accuracy) = best else {
      throw AssayError(
        .unsupported, "No recipe makes \(conversion.target) of \(conversion.source.reference.path.printable).",
        advice: tried.compactMap(\.failure).first)
    }
    accuracy.tried = tried
    report.accuracy = accuracy
    if report.error == nil, !keepsBound(accuracy) { report.error = loss(accuracy) }
    return report
  }

  /// What may be tried; `nil` for a conversion that does not quantise.
  private func recipes() throws(AssayError) -> [String?] {
    let path = try conversion.path()
    guard let declared = path.last(where: \.needsCalibration)?.recipes else { return [nil] }
    if let recipe = conversion.recipe { return [recipe] }
    return maximumDrop == nil ? [declared[0]] : declared
  }

  private func keepsBound(_ accuracy: ConversionAccuracy) -> Bool {
    guard let maximumDrop else { return true }
    // A loss of exactly the bound is allowed, however the share is rounded.
    return accuracy.difference >= -maximumDrop - 1e-12
  }

  private func loss(_ accuracy: ConversionAccuracy) -> AssayError {
    let percent = { (share: Double) in String(format: "%.2f", 100 * share) }
    return AssayError(
      .inferenceFailed,
      "\(conversion.target) loses \(percent(-accuracy.difference)) % of top-1, and at most \(percent(maximumDrop ?? 0)) % may be lost; it is the best that was tried.",
      advice: "Allow more with --max-drop, give more images with --calibration, or take it nevertheless: --accept")
  }

  /// What the result is compared with: the source, or where no engine reads it, ONNX that is made of it.
  private func reference() throws(AssayError) -> Converter.Model {
    guard conversion.source.kind.format == nil else { return conversion.source.model }
    var reference = conversion
    (reference.target, reference.recipe) = (ConversionForm(.onnx), nil)
    let report = try reference.run()
    if let error = report.error { throw error }
    return reference.result(of: report)
  }

  private func convert(
    _ recipe: String?, against source: Converter.Model
  ) throws(AssayError) -> (ConversionReport, ConversionAccuracy) {
    var conversion = conversion
    conversion.recipe = recipe
    let report = try conversion.run()
    var cells: [CellSpec] = []
    for model in [source, conversion.result(of: report)] {
      var cell = try conversion.cell(of: model, given: GivenInputs())
      // Files beside the model have no part in this.
      cell.options.given = GivenInputs()
      cell.measure = try Measure.accuracy(measure).completing(by: conversion.source.reference)
      cells.append(cell)
    }
    var context = conversion.context
    context.store = nil
    context.events = EventStream()
    let measured = try Bench(cells, in: context).run()
    if let failure = measured.cells.lazy.compactMap(\.error).first { throw failure }
    guard let difference = measured.accuracyDifferences?.first(where: { $0.k == 1 && $0.cell == 1 }),
      let accuracy = ConversionAccuracy(difference, source: measured.cells[0], result: measured.cells[1])
    else {
      throw AssayError(.badData, "Source and result have classified no image in common.")
    }
    return (report, accuracy)
  }
}

extension ModelConversion {
  /// The result, as the next step takes it.
  fileprivate func result(of report: ConversionReport) -> Converter.Model {
    Converter.Model(path: report.result.path, sha256: report.result.sha256 ?? "", form: target)
  }
}
