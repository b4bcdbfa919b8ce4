public import AssayCore
import Machine

/// The machine that this process runs on.
public enum Host {
  public static func describe() -> HostDescription { HostProbe().describe() }
}
