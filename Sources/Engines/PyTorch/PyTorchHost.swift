import AssayCore
import Glibc
import JSONCoding
import ModelFiles
import Platform

/// The machine that a package was compiled for.
struct PyTorchHost {
  private let facts: [String: String]

  /// - Parameter metadata: of the compiled library, as JSON; facts that it lacks are not checked.
  init(metadata: [UInt8]) { facts = (try? JSONReader.decode([String: String].self, from: metadata)) ?? [:] }

  /// - Throws: `.unsupported` if this machine or the device is another.
  func check(_ path: String, for device: PyTorchDevice) throws(AssayError) {
    let recompile = "Compile it for this machine: torch._inductor.aoti_compile_and_package(...)"
    if let kind = facts["AOTI_DEVICE_KEY"], kind != device.kind {
      let target = PyTorchDevice(kind).map { _ in "Measure it with -e torch:\(kind), or compile" } ?? "Compile"
      throw AssayError(
        .unsupported, "\(path) is compiled for the device \(kind), not for \(device.name).",
        advice: "\(target) it with the model and its inputs on \(device.kind).")
    }
    if let machine = facts["AOTI_MACHINE"], machine != HostDescription.buildArchitecture {
      throw Self.otherMachine(path, machine)
    }
    let flags = Self.processorFlags
    guard let instructions = facts["AOTI_CPU_ISA"], !flags.isEmpty else { return }
    for name in instructions.split(separator: " ") {
      // The first name is the widest; PyTorch's AVX512 comes with these extensions.
      let needed = name == "AVX512" ? ["avx512f", "avx512bw", "avx512dq", "avx512vl"] : [name.lowercased()]
      guard Self.checkedInstructions.contains(String(name)), !flags.isSuperset(of: needed) else { continue }
      throw AssayError(
        .unsupported, "\(path) is compiled with \(name) instructions, which this processor lacks.", advice: recompile)
    }
  }

  /// Checks the header of a library (ELF): a machine of another kind, or none at all.
  ///
  /// - Throws: `.unsupported`, or `.badModel` for what is no library.
  static func checkLibrary(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(AssayError) {
    let reader = ByteReader(bytes: bytes)
    guard reader.integer(UInt32.self, at: 0) == 0x464C_457F, let machine = reader.integer(UInt16.self, at: 18) else {
      throw AssayError(.badModel, "\(path) holds a library that is none for Linux.", advice: "Compile it on Linux.")
    }
    let names: [UInt16: String] = [3: "x86", 40: "arm", 62: "x86_64", 183: "aarch64", 243: "riscv64"]
    let name = names[machine] ?? "machine \(machine)"
    guard name == HostDescription.buildArchitecture else { throw otherMachine(path, name) }
  }

  private static func otherMachine(_ path: String, _ machine: String) -> AssayError {
    AssayError(
      .unsupported, "\(path) is compiled for \(machine); this machine is \(HostDescription.buildArchitecture).",
      advice: "Compile it on a machine of this kind: torch._inductor.aoti_compile_and_package(...)")
  }

  /// Those that have the same name in /proc/cpuinfo.
  private static let checkedInstructions: Set<String> = ["AVX2", "AVX512", "AVX512_VNNI", "AMX_TILE"]

  private static let processorFlags: Set<String> = {
    let text = (try? FileDescriptor.contents(of: "/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") }
    return Set(line?.split(separator: " ").map(String.init) ?? [])
  }()
}
