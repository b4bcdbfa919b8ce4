import AssayCore
import Glibc
import ModelFiles
import Platform

/// The kernels of a package that is compiled for a GPU, as files in a folder that goes with the last reference: compiled code opens them by
/// their names, some not before it first runs.
final class PyTorchKernels: Sendable {
  private let place: LockedFolder
  var folder: String { place.path }

  /// - Parameter kernels: their names and contents.
  /// - Throws: `.inputOutput` if they cannot be written.
  init(_ kernels: [(name: String, content: [UInt8])], of path: String) throws(AssayError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    do throws(SystemError) {
      place = try LockedFolder(in: parent, prefix: "assay-kernels-")
      for kernel in kernels {
        try FileDescriptor(opening: "\(place.path)/\(kernel.name)", O_WRONLY | O_CREAT | O_TRUNC).write(kernel.content)
      }
    } catch {
      throw AssayError(
        .inputOutput, "The kernels of \(path) cannot be unpacked into \(parent): \(error)",
        advice: "Make room there, or name another folder with TMPDIR.")
    }
  }

  deinit { place.remove() }
}
