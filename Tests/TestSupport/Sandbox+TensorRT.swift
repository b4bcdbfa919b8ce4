import Foundation

extension Sandbox {
  /// Builds the stand-in for the shim of TensorRT, whose source says what it does.
  public func tensorRTStandIn() throws -> String {
    let source = PackageFiles.path("Native/StandIns/tensorrt.c")
    let flags = "-std=c11 -shared -fPIC -Wall -Wextra -Werror '-I\(PackageFiles.path("Native/TensorRT"))'"
    let output = path("libassay_tensorrt.so")
    let build = try shell("for c in cc clang; do $c \(flags) -o '\(output)' '\(source)' && exit 0; done; exit 1")
    guard build.status == 0 else { throw ProgramError("Cannot build the stand-in for TensorRT: \(build)") }
    return output
  }
}
