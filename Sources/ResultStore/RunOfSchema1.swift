import AssayCore
import Foundation

/// A run as schema 1 stored it: a `CellReport` without a spec, and a `RunPlan` beside it.
struct RunOfSchema1 {
  let report: CellReport
  let environment: [String: String]

  init(report: String, plan: String) throws {
    try self.init(report: Data(report.utf8), plan: JSONDecoder().decode(Plan.self, from: Data(plan.utf8)))
  }

  /// Replaces the old fields by the spec.
  private init(report data: Data, plan: Plan) throws {
    let old = try JSONDecoder().decode(Report.self, from: data)
    var model = old.model
    model.path = plan.modelPath
    let spec = CellSpec(
      model: model, target: Target(engine: plan.target.engine, device: plan.target.device),
      engineLibrary: plan.engineLibrary, options: plan.cellOptions, measure: plan.measure)
    guard var object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let fields = try JSONSerialization.jsonObject(with: JSONEncoder().encode(spec)) as? [String: Any]
    else { throw CocoaError(.coderReadCorrupt) }
    object.merge(fields) { $1 }
    let merged = try JSONSerialization.data(withJSONObject: object)
    var report = try JSONDecoder().decode(CellReport.self, from: merged)
    report.cellID = spec.identity
    self.report = report
    environment = HeededVariables.values(in: plan.environment)
  }

  private struct Report: Decodable { var model: ModelReference }

  private struct Plan: Decodable {
    struct Target: Decodable {
      let engine: String
      let device: String
    }

    struct Options: Decodable {
      let threads: Int
      let batch: Int?
      let shapes: [String: [Int]]
      let seed: UInt64
      let allowFallback: Bool
    }

    struct Rule: Decodable {
      let warmUpCount: Int
      let warmUpSeconds: Double
      let minimumCount: Int
      let minimumSeconds: Double
      let maximumSeconds: Double?
    }

    struct Stress: Decodable {
      let telemetryInterval: Double
      let sensorRoot: String
      let discardAbove: Double?
    }

    let modelPath: String
    let target: Target
    let engineLibrary: String?
    let options: Options
    let rule: Rule
    let images: ImagesOfSchema1?
    let stress: Stress?
    let cellTimeLimit: Double?
    let environment: [String: String]

    var cellOptions: CellOptions {
      CellOptions(
        threads: options.threads, batch: options.batch, shapes: options.shapes, seed: options.seed,
        allowFallback: options.allowFallback, timeLimit: cellTimeLimit)
    }

    var measure: Measure {
      var repetition = RepetitionRule()
      repetition.warmUpCount = rule.warmUpCount
      repetition.warmUpSeconds = rule.warmUpSeconds
      repetition.minimumCount = rule.minimumCount
      repetition.minimumSeconds = rule.minimumSeconds
      repetition.maximumSeconds = rule.maximumSeconds
      if let stress {
        return .stress(
          StressMeasure(
            rule: repetition, images: images?.imageSet, telemetryInterval: stress.telemetryInterval,
            sensorRoot: stress.sensorRoot, discardAbove: stress.discardAbove))
      }
      return images?.measure(warmUp: repetition) ?? .latency(repetition)
    }
  }
}

extension UnfinishedRun {
  /// Reads a claim, including those of schema 1.
  init(reading content: Data) throws {
    struct Claim: Decodable {
      let host: HostDescription
      let resumes: Int64?
    }
    if let run = try? JSONDecoder().decode(UnfinishedRun.self, from: content) {
      self = run
      return
    }
    let claim = try JSONDecoder().decode(Claim.self, from: content)
    guard let object = try JSONSerialization.jsonObject(with: content) as? [String: Any],
      let report = object["report"], let plan = object["plan"]
    else { throw CocoaError(.coderReadCorrupt) }
    func text(_ value: Any) throws -> String {
      String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }
    let run = try RunOfSchema1(report: text(report), plan: text(plan))
    self.init(report: run.report, host: claim.host, environment: run.environment, resumes: claim.resumes)
  }
}
