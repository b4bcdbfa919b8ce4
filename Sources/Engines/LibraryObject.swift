/// An object of an engine's library, released with the last reference to it.
final class LibraryObject {
  let pointer: OpaquePointer
  private let release: @convention(c) (OpaquePointer) -> Void

  init(_ pointer: OpaquePointer, releasedBy release: @escaping @convention(c) (OpaquePointer) -> Void) {
    self.pointer = pointer
    self.release = release
  }

  deinit { release(pointer) }
}
