/// An object of an engine's library, released with the last reference to it.
final class LibraryObject: Sendable {
  // The libraries let any thread hold and release their objects. Which of their functions may run at once is for the owner to see to:
  // a compiled model shares what its library documents as safe, and a session keeps the rest to one thread.
  nonisolated(unsafe) let pointer: OpaquePointer
  private let release: @convention(c) (OpaquePointer) -> Void

  init(_ pointer: OpaquePointer, releasedBy release: @escaping @convention(c) (OpaquePointer) -> Void) {
    self.pointer = pointer
    self.release = release
  }

  deinit { release(pointer) }
}
