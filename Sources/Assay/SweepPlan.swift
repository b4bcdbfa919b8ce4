public import AssayCore
import Conversion
import Foundation
import Launching
public import Study

/// What a sweep measures: models as they are and as converters here can make them, each on what reads it.
public struct SweepPlan {
  public private(set) var models: [SweepStudy.Model] = []
  /// Why something that was asked for cannot be made or run here, a line each.
  public private(set) var omissions: [String] = []
  private let context: RunContext

  /// - Parameters:
  ///   - paths: of the models.
  ///   - targets: `nil` for every device of every installed engine.
  ///   - precisions: `source` for models whose numbers stay.
  /// - Throws: `.badModel` for a file that is no model; `.usage` for an unknown engine or if nothing can be measured.
  public init(
    _ paths: [String], on targets: [Target]?, precisions: [ConversionForm.Precision], in context: RunContext
  ) throws(AssayError) {
    self.context = context
    if let targets { try context.machine.check(targets) }
    let targets = targets ?? Self.allTargets(of: context.machine)
    let names = Self.names(paths)
    for (path, name) in zip(paths, names) { try add(path, name, targets, precisions) }
    guard !models.isEmpty else {
      throw AssayError(
        .usage, "There is nothing to measure. \(omissions.joined(separator: " "))",
        advice: "Name other engines with -e, or other precisions.")
    }
  }

  /// The names of files without folders and endings, where these tell them apart.
  private static func names(_ paths: [String]) -> [String] {
    let short = paths.map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
    return Set(short).count == paths.count && !short.contains("") ? short : paths
  }

  /// Every device of every installed engine but of other builds of one. An engine that does not open has its usual one: its cells say why.
  private static func allTargets(of machine: Machine) -> [Target] {
    machine.engines.filter { $0.isInstalled && $0.variantOf == nil && !$0.isPlugin }.flatMap { engine in
      let opened = try? WorkerQuestion.engine(engine.name, machine.launch)
      let devices = (opened?.devices ?? []).map { Target(engine: engine.name, device: $0.name) }
      return devices.isEmpty ? [Target(engine: engine.name)] : devices
    }
  }

  private mutating func add(
    _ path: String, _ name: String, _ targets: [Target], _ precisions: [ConversionForm.Precision]
  ) throws(AssayError) {
    let file = try ModelFile(at: path)
    let source = try? ConversionSource(path, in: context)
    // By form, in the order in which they were found.
    var forms: [ConversionForm?] = []
    var places: [ConversionForm?: [Target]] = [:]
    for precision in precisions {
      for target in targets {
        let found = self.forms(of: file, source, precision, on: target)
        if found.isEmpty { omit("\(name) in \(precision.word) on \(target): Assay knows no way to what that reads.") }
        for form in usable(found, source, name) {
          if places[form] == nil { forms.append(form) }
          places[form, default: []].append(target)
        }
      }
    }
    models += forms.map { form in
      SweepStudy.Model(
        name: form.map { "\(name) \($0)" } ?? name, path: path, form: form, targets: places[form] ?? [])
    }
  }

  /// What a target reads of a model in a precision; `nil` in it for the model as it is.
  private func forms(
    of file: ModelFile, _ source: ConversionSource?, _ precision: ConversionForm.Precision, on target: Target
  ) -> [ConversionForm?] {
    guard let engine = context.machine.engines.first(where: { $0.name == target.engine }) else { return [nil] }
    guard let source else {
      return precision == .source && (engine.isPlugin || engine.formats.contains(file.format)) ? [nil] : []
    }
    return ConversionTable.known.forms(of: source.form, on: target, reading: engine.formats, precision: precision)
      .map { $0 == source.form ? nil : $0 }
  }

  /// Those that the converters of this machine can make.
  private mutating func usable(
    _ forms: [ConversionForm?], _ source: ConversionSource?, _ name: String
  ) -> [ConversionForm?] {
    forms.filter { form in
      guard let form, let source else { return true }
      do throws(AssayError) {
        let conversion = try ModelConversion(source, to: form, in: context, environment: ModelConversion.onlyInstalled)
        guard let error = conversion.missingConverters else { return true }
        throw error
      } catch {
        omit("\(name) as \(form): \(error.message)\(error.advice.map { " \($0)" } ?? "")")
        return false
      }
    }
  }

  private mutating func omit(_ line: String) {
    if !omissions.contains(line) { omissions.append(line) }
  }
}
