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
    let images = try ImageComparison(reference(), of: conversion, by: measure)
    defer { images.cleanUp() }
    var tried: [ConversionAccuracy.Attempt] = []
    var best: (report: ConversionReport, accuracy: ConversionAccuracy)?
    for recipe in recipes {
      do throws(AssayError) {
        let report = try convert(recipe)
        let accuracy = try images.accuracy(of: conversion.result(of: report), recipe: recipe)
        if let recipe { tried.append(.init(recipe: recipe, difference: accuracy.difference)) }
        if accuracy.difference > best?.accuracy.difference ?? -.infinity { best = (report, accuracy) }
        if keepsBound(accuracy) { break }
      } catch {
        guard let recipe, recipes.count > 1, error.code != .interrupted else { throw error }
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

  private func convert(_ recipe: String?) throws(AssayError) -> ConversionReport {
    var conversion = conversion
    conversion.recipe = recipe
    return try conversion.run()
  }
}

/// The source of a conversion and results of it, which classify the same images; the source once.
private final class ImageComparison {
  private let conversion: ModelConversion
  private let measure: AccuracyMeasure
  private let source: CellReport
  private var pass: BenchPass

  /// - Throws: what keeps the source from classifying images.
  init(
    _ source: Converter.Model, of conversion: ModelConversion, by measure: AccuracyMeasure
  ) throws(AssayError) {
    (self.conversion, self.measure) = (conversion, measure)
    var context = conversion.context
    context.store = nil
    context.events = EventStream()
    conversion.report("Classifying the images by the source")
    pass = try BenchPass(Bench([try Self.cell(of: source, conversion, measure)], in: context))
    self.source = try pass.measure(0)
    guard let failure = self.source.error else { return }
    pass.cleanUp()
    throw failure
  }

  /// - Throws: what keeps the result from classifying images.
  func accuracy(of model: Converter.Model, recipe: String?) throws(AssayError) -> ConversionAccuracy {
    conversion.report("Classifying the images by the result\(recipe.map { " of recipe \($0)" } ?? "")")
    let report = try pass.measure(try Self.cell(of: model, conversion, measure))
    if let failure = report.error { throw failure }
    guard let difference = try pass.accuracyDifferences().last(where: { $0.k == 1 }),
      let accuracy = ConversionAccuracy(difference, source: source, result: report)
    else {
      throw AssayError(
        .badData, "Source and result have classified no image in common.",
        advice: "Is --images a folder that both can read? assay accuracy names the images that fail.")
    }
    return accuracy
  }

  func cleanUp() { pass.cleanUp() }

  private static func cell(
    of model: Converter.Model, _ conversion: ModelConversion, _ measure: AccuracyMeasure
  ) throws(AssayError) -> CellSpec {
    var cell = try conversion.cell(of: model, given: GivenInputs())
    // Files beside the model have no part in this.
    cell.options.given = GivenInputs()
    cell.measure = try Measure.accuracy(measure).completing(by: conversion.source.reference)
    return cell
  }
}

extension ModelConversion {
  /// The result, as the next step takes it.
  fileprivate func result(of report: ConversionReport) -> Converter.Model {
    Converter.Model(path: report.result.path, sha256: report.result.sha256 ?? "", form: target)
  }
}
