import AssayCore

/// A study in parts for the scheduler of a cluster, each part with a store of its own. Where a part runs is the scheduler's.
public struct StudyJobs: Sendable {
  private let study: String
  private let parts: Int

  /// - Parameters:
  ///   - study: its name.
  ///   - parts: how many jobs share its cells.
  public init(_ study: String, parts: Int) {
    self.study = study
    self.parts = parts
  }

  /// A job array of Slurm. A part that is requeued, as after the end of its node, resumes.
  ///
  /// - Parameters:
  ///   - program: the path of `assay`, as every node reaches it.
  ///   - file: the path of the study.
  ///   - folder: of the stores.
  ///   - workingFolder: that relative paths of the study's models begin at.
  public func slurm(program: String, file: String, folder: String, workingFolder: String) -> String {
    """
    #!/bin/sh
    # The study \(study.printable) in \(parts) parts. Afterwards: assay results merge \("\(folder)/".shellQuoted)*/results.sqlite
    #SBATCH --job-name=\(Self.name(study))
    #SBATCH --array=1-\(parts)
    #SBATCH --ntasks=1
    #SBATCH --exclusive
    #SBATCH --requeue
    #SBATCH --output=/dev/null
    part=\(folder.shellQuoted)/"$SLURM_ARRAY_TASK_ID"
    mkdir -p "$part" && cd \(workingFolder.shellQuoted) || exit
    exec \(program.shellQuoted) study run \(file.shellQuoted) --shard "$SLURM_ARRAY_TASK_ID/\(parts)" \\
      --store "$part/results.sqlite" >> "$part/log.txt" 2>&1

    """
  }

  /// An indexed Job of Kubernetes, one pod per node. A pod that is lost starts again, and resumes.
  ///
  /// - Parameters:
  ///   - file: the path of the study below the root of the claim.
  ///   - image: a container image with `assay` and the engines.
  ///   - claim: the persistent volume claim that holds the study with its models, and gets the stores.
  public func kubernetes(file: String, image: String, claim: String) -> String {
    let name = Self.name(study)
    // What cells could not be measured is in the store: a pod that begins again would not measure them either.
    let script = """
      part="assay-results/\(name)/$((JOB_COMPLETION_INDEX + 1))"; mkdir -p "$part" || exit; \
      assay study run \(file.shellQuoted) --shard "$((JOB_COMPLETION_INDEX + 1))/\(parts)" --store "$part/results.sqlite"; \
      status=$?; case $status in 1|69) exit 0;; *) exit $status;; esac
      """
    return """
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(Self.quoted("assay-\(name)"))
        labels: {"app.kubernetes.io/name": "assay"}
      spec:
        completionMode: Indexed
        completions: \(parts)
        parallelism: \(parts)
        backoffLimit: \(6 * parts)
        template:
          metadata:
            labels: {"app.kubernetes.io/name": "assay"}
          spec:
            restartPolicy: Never
            affinity:
              podAntiAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  - labelSelector: {matchLabels: {"app.kubernetes.io/name": "assay"}}
                    topologyKey: kubernetes.io/hostname
            containers:
              - name: assay
                image: \(Self.quoted(image))
                workingDir: /study
                command: ["/bin/sh", "-c"]
                args: [\(Self.quoted(script))]
                volumeMounts: [{name: study, mountPath: /study}]
            volumes:
              - name: study
                persistentVolumeClaim: {claimName: \(Self.quoted(claim))}

      """
  }

  /// A name of a job: small letters, digits and dashes, at most 40.
  static func name(_ study: String) -> String {
    let words = study.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let name = words.joined(separator: "-").prefix(40)
    let trimmed = name.hasSuffix("-") ? name.dropLast() : name
    return trimmed.isEmpty ? "study" : String(trimmed)
  }

  /// A text in YAML, in double quotes.
  static func quoted(_ text: String) -> String {
    "\"\(text.printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }
}
