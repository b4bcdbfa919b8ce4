import ArgumentParser
import AssayCore
import Foundation
import Platform
import Report
import Study

/// How a study is handed to the scheduler of a cluster. Assay has none of its own.
struct ClusterArguments: ParsableArguments {
  @Option(
    help: .init(
      "Write a job array of Slurm into this file and submit it with sbatch; with --dry-run, only write it.",
      valueName: "file"))
  var slurm: String?

  @Option(
    help: .init("Write a Job of Kubernetes into this file (- for standard output).", valueName: "file"))
  var kubernetes: String?

  @Option(help: .init("How many jobs share the cells (default: 2).", valueName: "count"))
  var parts: Int?

  @Option(help: .init("With --kubernetes, the container image with assay and the engines.", valueName: "image"))
  var image: String?

  @Option(
    help: .init(
      "With --kubernetes, the persistent volume claim with the study and its models (default: assay).",
      valueName: "claim"))
  var claim: String?

  var isGiven: Bool { slurm != nil || kubernetes != nil }

  func validate() throws {
    try Bounds.check(parts, 1...10_000, "--parts")
    if slurm != nil, kubernetes != nil { throw ValidationError("Give one of --slurm and --kubernetes.") }
    if slurm == "-" { throw ValidationError("--slurm takes a file, which sbatch reads.") }
    if !isGiven, parts != nil { throw ValidationError("--parts is for --slurm and --kubernetes.") }
    if kubernetes == nil, image != nil || claim != nil {
      throw ValidationError("--image and --claim are for --kubernetes.")
    }
    if kubernetes != nil, image == nil {
      throw ValidationError("--kubernetes needs a container image with assay and the engines: --image NAME")
    }
  }

  /// - Parameters:
  ///   - file: of the study, as the user gave it.
  ///   - submits: whether to submit what is for Slurm.
  func write(_ study: StudyFile, file: String, submits: Bool) throws {
    let jobs = StudyJobs(study.name, parts: parts ?? 2)
    if let slurm {
      let path = ProcessSpec.absolutePath(slurm)
      try write(
        jobs.slurm(
          program: Folder.resolved("/proc/self/exe"), file: ProcessSpec.absolutePath(file), folder: "\(path).parts",
          workingFolder: FileManager.default.currentDirectoryPath), to: path)
      if submits { try submit(path) }
    }
    if let kubernetes, let image {
      try write(jobs.kubernetes(file: file, image: image, claim: claim ?? "assay"), to: kubernetes)
    }
  }

  private func write(_ text: String, to path: String) throws {
    let sink = try TextSink(path: path)
    try sink.write(text)
    try sink.close()
    if path != "-" { Terminal.message("Wrote \(path).") }
  }

  private func submit(_ path: String) throws {
    let search = ProcessSpec.searchPath(ProcessInfo.processInfo.environment["PATH"])
    guard let sbatch = ProcessSpec.locate("sbatch", path: search) else {
      throw AssayError(
        .usage, "There is no sbatch on this machine, so \(path) was not submitted.",
        advice: "Submit it where Slurm is: sbatch \(path.shellQuoted)")
    }
    let ending = try ChildProcess(ProcessSpec(sbatch, [path], isInOwnGroup: false)).wait()
    guard ending == .exited(0) else {
      throw AssayError(.inputOutput, "sbatch did not take \(path).", advice: "It says why above.")
    }
  }
}
