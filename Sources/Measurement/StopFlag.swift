import CPlatform

/// Asks a running measurement to end after the current inference. Set from another thread, read by the timed loop.
public final class StopFlag: Sendable {
  // One word that is only ever touched by ordered loads and stores, for as long as the flag lives.
  private nonisolated(unsafe) let word = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)

  public init() { word.initialize(to: 0) }

  deinit { word.deallocate() }

  public func raise() { assay_store_release(word, 1) }

  @inline(__always)
  public var isRaised: Bool { assay_load_acquire(word) != 0 }
}
