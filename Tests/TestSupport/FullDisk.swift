/// A small disk of a test's own, to fill.
public enum FullDisk {
  /// What a command is started with to mount something that nobody else sees; `nil` where that is not permitted.
  public static let mountCommand = ["unshare -m", "unshare -rm"].first { command in
    let trial = "mkdir -p disk && \(command) mount -t tmpfs -o size=64k none disk"
    return (try? Sandbox().shell(trial))?.status == 0
  }
}
