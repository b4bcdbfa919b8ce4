public import AssayCore
import Foundation
import Platform
public import Report
public import ResultStore
public import Study

/// The results of a study in a store, as its tables and figures take them.
public struct StudyMeasurements {
  /// A row for each combination of host, model, target and options.
  public private(set) var observations: [Observation] = []
  /// The stress tests with records, for figures over time, each under the name of its device.
  public private(set) var stressTests: [MeasuredStress] = []
  /// The scenarios that ended well.
  public private(set) var scenarios: [MeasuredScenario] = []
  /// How many cells have runs that are not used: the study declares them no more, or otherwise.
  public private(set) var leftOut = 0

  /// Reads the runs of a study. Of a cell that was measured again, the last run counts that measured what the study declares now: another study
  /// of the same name has runs in the store, too.
  ///
  /// - Parameters:
  ///   - statistic: of the latencies of a run.
  ///   - damaged: called for each run that is left out because it is damaged.
  public init(
    of study: StudyFile, in store: ResultStore, statistic: StudyStatistic, damaged: (AssayError) -> Void
  ) throws(AssayError) {
    var runs: [Cell: [StudyRunSummary]] = [:]
    var order: [Cell] = []
    for run in try store.runs(ofStudy: study.name, damaged: damaged) where run.status != .interrupted {
      var name = run.membership
      name.seconds = nil
      let cell = Cell(name: name, threads: run.threads, batch: run.batch)
      if runs[cell] == nil { order.append(cell) }
      runs[cell, default: []].append(run)
    }
    let declared = try DeclaredCells(study)
    var content = DeclaredContent(study)
    var rows = StudyRows(study, statistic)
    var streams = StreamRows(statistic)
    for cell in order {
      guard let place = declared.cell(cell.name, threads: cell.threads, batch: cell.batch) else {
        leftOut += 1
        continue
      }
      // A run that ended well is not replaced by a later one that failed.
      let newest = Array((runs[cell] ?? []).reversed())
      let candidates = newest.filter { $0.status == .ok } + newest.filter { $0.status != .ok }
      var found: StoredRun?
      var wasRead = false
      for candidate in candidates where found == nil {
        guard let run = try store.runs([candidate.id], damaged: damaged).first else { continue }
        wasRead = true
        if content.isMeasured(by: run, place) { found = run }
      }
      guard let run = found else {
        if wasRead { leftOut += 1 }
        continue
      }
      switch run.kind {
      case .bench, .accuracy, .stress: rows.add(run, cell.name)
      case .streams: streams.add(run, cell.name, rows.observation(run, cell.name))
      case .scenario:
        if run.report.status == .ok {
          scenarios.append(
            MeasuredScenario(device: rows.device(of: cell.name), model: cell.name.model, report: run.report))
        }
      // No measure of a study.
      case .load: break
      }
      if run.spec.measure.stress != nil, run.report.status == .ok {
        stressTests.append(
          MeasuredStress(
            device: rows.device(of: cell.name), model: cell.name.model, run: ReportSources().run(run, of: store)))
      }
    }
    observations = rows.observations(damaged: damaged) + streams.observations
  }
}

/// What tells the cells of a study apart, whatever their models contained: names do not, if a matrix lists several numbers of threads or batches.
private struct Cell: Hashable {
  let name: StudyMembership
  let threads: Int
  let batch: Int?
}

/// What the cells of a study are made of now, as far as this machine can tell.
private struct DeclaredContent {
  private let study: StudyFile
  private var models = ModelLookup(
    FileDigests(cache: CacheFolder.path(environment: ProcessInfo.processInfo.environment)))

  init(_ study: StudyFile) { self.study = study }

  /// Whether a run has measured the cell of its names. A model that is not here is taken for the one that was measured, and other files are
  /// known by their names alone: results come from other machines, too.
  mutating func isMeasured(by run: StoredRun, _ cell: StudyPlan.Cell) -> Bool {
    var declared = study.spec(cell, threads: run.spec.options.threads)
    let conversion = study.models[Int(cell.model)].conversion
    guard Self.isMade(run, as: conversion) else { return false }
    if conversion != nil, let completed = try? declared.measure.completing(by: run.spec.model) {
      declared.measure = completed
    }
    var model = ModelReference(path: declared.model.path, format: run.spec.model.format)
    if let measured = run.spec.model.sha256, (try? models.complete(&model)) != nil, let found = model.sha256,
      found != measured
    {
      return false
    }
    return declared.target == run.spec.target && Self.named(declared).measure == Self.named(run.spec).measure
  }

  /// Whether a model was converted as the study declares it. A cell that failed may have got none.
  private static func isMade(_ run: StoredRun, as conversion: StudyFile.Conversion?) -> Bool {
    guard let conversion else { return run.spec.model.conversion == nil }
    guard let model = run.spec.model.conversion else { return run.report.status != .ok }
    return model.forms.last == "\(conversion.form)"
      && (conversion.recipe == nil || model.steps.contains { $0.recipe == conversion.recipe })
  }

  /// With the names of files instead of their paths.
  private static func named(_ spec: CellSpec) -> CellSpec {
    var spec = spec
    spec.resolvePaths { URL(filePath: $0).lastPathComponent }
    return spec
  }
}
