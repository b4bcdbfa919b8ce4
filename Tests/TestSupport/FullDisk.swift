/// A small disk for one test to fill.
public enum FullDisk {
  /// A prefix that lets a command mount file systems that no other process sees; `nil` where that is not permitted.
  public static let mountCommand = ["unshare -m", "unshare -rm"].first { command in
    let trial = "mkdir -p disk && \(command) mount -t tmpfs -o size=64k none disk"
    return (try? Sandbox().shell(trial))?.status == 0
  }
}
