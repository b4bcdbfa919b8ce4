import AssayCore
import Foundation
import Launching
import Platform

/// The files of a worker that is asked about a model and measures nothing. They go with the answer.
struct QuestionFiles {
  private let folder: LockedFolder?
  /// `nil` for a worker here without a sandbox, which needs none.
  let job: CellJob?
  /// What a worker without shared files gets; `nil` for one here.
  let content: CellContent?

  /// - Parameter spec: of the cell that is asked about; gets the content of given inputs, by which a worker elsewhere finds them.
  /// - Throws: `.inputOutput`, `.badModel` if the model's files cannot be found, `.badData` for given inputs that cannot be read.
  init(for spec: inout CellSpec, _ launch: WorkerLaunch) throws(AssayError) {
    if !launch.sharesFiles {
      let digests = FileDigests()
      if !spec.options.given.isEmpty {
        var lookup = InputLookup(digests)
        try lookup.complete(&spec)
      }
      var job = CellJob(recordLogPath: "records", inputFiles: spec.options.given.files)
      let content = try CellContent(spec, job, digests)
      job.delivery = Delivery(modelName: content.modelName)
      (folder, self.job, self.content) = (nil, job, content)
    } else if spec.options.sandbox {
      let readable = try ModelFile(spec.model).readable()
      let folder = try Self.makeFolder("assay-question-")
      var job = CellJob(recordLogPath: "\(folder.path)/records")
      job.readable = readable
      (self.folder, self.job, content) = (folder, job, nil)
    } else {
      (folder, job, content) = (nil, nil, nil)
    }
  }

  func remove() { folder?.remove() }

  /// A folder for temporary files.
  ///
  /// - Throws: `.inputOutput`
  static func makeFolder(_ prefix: String) throws(AssayError) -> LockedFolder {
    do throws(SystemError) {
      return try LockedFolder(in: FileManager.default.temporaryDirectory.path, prefix: prefix)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot make a temporary folder: \(error).", advice: "Set TMPDIR to a folder that is writable.")
    }
  }
}
