import Foundation
import TestSupport
import Testing

@Suite("A study is handed to the scheduler of a cluster")
struct StudyClusterTests {
  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    for number in 0..<3 { _ = try sandbox.model("m\(number)", microseconds: 30) }
    let text = """
      study: 1
      name: Two boards, again
      models: [{name: m0, path: m0.synthetic}, {name: m1, path: m1.synthetic}, {name: m2, path: m2.synthetic}]
      targets: [{name: syn, target: synthetic}]
      measures: [{name: speed, kind: latency, runs: 20, warm-up: 0s}]
      cells: [{threads: 1}]

      """
    try sandbox.write(Data(text.utf8), to: "study.yaml")
    return sandbox
  }

  /// An `sbatch` that runs every task of an array, one after the other.
  private static let sbatch = """
    #!/bin/sh
    grep -q '^#SBATCH --array=1-2$' "$1" || exit 2
    for task in 1 2; do SLURM_ARRAY_TASK_ID=$task /bin/sh "$1" || exit; done
    echo Submitted batch job 7

    """

  @Test("Slurm gets a job array whose parts have a store each, which merge into the whole")
  func slurm() throws {
    let sandbox = try sandbox()
    try sandbox.write(Data(Self.sbatch.utf8), to: "sbatch")
    let run = try sandbox.shell(
      "chmod +x sbatch && mkdir bin && mv sbatch bin && PATH=\"$PWD/bin:$PATH\" \"$ASSAY\" study run study.yaml --slurm job.sh"
    )
    #expect(run.status == 0 && run.standardOutput.contains("Submitted batch job 7"), "\(run)")
    let script = try String(contentsOfFile: sandbox.path("job.sh"), encoding: .utf8)
    #expect(script.contains("#SBATCH --job-name=two-boards-again\n"), "\(script)")
    let merged = try sandbox.shell("\"$ASSAY\" results merge job.sh.parts/*/results.sqlite")
    #expect(merged.status == 0, "\(merged)")
    let done = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(done.standardError.contains("3 of 3 cells done (3 ok, 3 of them before)"), "\(done)")
  }

  @Test("Without sbatch, the script is written, and the error says how to submit it")
  func withoutSlurm() throws {
    let sandbox = try sandbox()
    let run = try sandbox.shell("PATH=/nowhere \"$ASSAY\" study run study.yaml --slurm job.sh --parts 3")
    #expect(run.status == 64 && run.standardError.contains("There is no sbatch"), "\(run)")
    let script = try String(contentsOfFile: sandbox.path("job.sh"), encoding: .utf8)
    #expect(script.contains("#SBATCH --array=1-3\n"), "\(script)")
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml --slurm job.sh --dry-run").status == 0)
  }

  @Test("Kubernetes gets a Job with a completion per part")
  func kubernetes() throws {
    let sandbox = try sandbox()
    let run = try sandbox.shell(
      "\"$ASSAY\" study run study.yaml --kubernetes - --image registry/assay:2 --claim nets --parts 4")
    #expect(run.status == 0, "\(run)")
    for line in [
      "apiVersion: batch/v1\nkind: Job\n", "  completionMode: Indexed\n", "  completions: 4\n",
      "image: \"registry/assay:2\"\n", "{claimName: \"nets\"}\n", "--shard \\\"$((JOB_COMPLETION_INDEX + 1))/4\\\"",
      "name: \"assay-two-boards-again\"\n",
    ] {
      #expect(run.standardOutput.contains(line), "\(line) is not in \(run.standardOutput)")
    }
  }

  private static let python = ProcessInfo.processInfo.environment["ASSAY_TEST_PYTHON"]

  /// Checks a manifest by the published schema of its kind, prints what is wrong, and else runs its container for a part, as a pod would.
  private static let pod = """
    import kubernetes_validate, os, subprocess, sys, yaml
    job = yaml.safe_load(open(sys.argv[1]))
    try:
        kubernetes_validate.validate(job, "1.37", strict=True)
    except kubernetes_validate.ValidationError as error:
        sys.exit(f"{list(error.path)}: {error.message}")
    container = job["spec"]["template"]["spec"]["containers"][0]
    sys.exit(subprocess.run(
        container["command"] + container["args"], env=os.environ | {"JOB_COMPLETION_INDEX": sys.argv[2]}).returncode)

    """

  @Test(
    "The Job is as the published schema of Kubernetes has it, and its pods measure the whole study",
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with kubernetes-validate"))
  func pods() throws {
    let sandbox = try sandbox()
    let python = try #require(Self.python)
    try sandbox.write(Data(Self.pod.utf8), to: "pod.py")
    let run = try sandbox.shell(
      "\"$ASSAY\" study run study.yaml --kubernetes job.yaml --image 'r/\"assay\": 2' && mkdir bin && ln -s \"$ASSAY\" bin/assay"
    )
    #expect(run.status == 0, "\(run)")
    for index in 0..<2 {
      let pod = try sandbox.shell("PATH=\"$PWD/bin:$PATH\" '\(python)' pod.py job.yaml \(index)")
      #expect(pod.status == 0, "\(pod)")
    }
    let merged = try sandbox.shell("\"$ASSAY\" results merge assay-results/two-boards-again/*/results.sqlite")
    #expect(merged.status == 0, "\(merged)")
    let done = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(done.standardError.contains("3 of 3 cells done (3 ok, 3 of them before)"), "\(done)")

    _ = try sandbox.shell("sed s/backoffLimit/backOffLimit/ job.yaml > wrong.yaml")
    let wrong = try sandbox.shell("'\(python)' pod.py wrong.yaml 0")
    #expect(wrong.status == 1 && wrong.standardError.contains("backOffLimit"), "\(wrong)")
  }

  @Test(
    "Options that do not fit are refused",
    arguments: [
      "--kubernetes -", "--parts 3", "--slurm a --kubernetes b --image c", "--slurm a --shard 1/2", "--slurm -",
      "--image c", "--slurm a --parts 0", "--slurm a --store s.sqlite",
    ])
  func refusals(options: String) throws {
    let result = try sandbox().shell("\"$ASSAY\" study run study.yaml \(options)")
    #expect(result.status == 64, "\(result)")
  }
}
