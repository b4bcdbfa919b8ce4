import Glibc
import Platform

/// Finds Edge TPUs by what the kernel tells, without libedgetpu, to say what keeps one from being used.
package struct EdgeTPUSearch {
  /// `/`, or a recorded tree in a test.
  private let root: String

  package init(root: String = "/") { self.root = root.hasSuffix("/") ? String(root.dropLast()) : root }

  /// What keeps the connected Edge TPUs from being used, a sentence each; none without an Edge TPU.
  ///
  /// - Parameter libraryProblem: why libedgetpu cannot be used; `nil` if it can.
  package func problems(libraryProblem: String?) -> [String] {
    let sticks = usb + pcie
    guard !sticks.isEmpty else { return [] }
    return sticks.compactMap(problem) + [libraryProblem].compactMap(\.self)
  }

  private struct Stick {
    let name: String
    /// The file through which libedgetpu drives it.
    let node: String
    /// What makes that file, or lets this user write it.
    let advice: String
  }

  /// Vendor and product before libedgetpu has loaded the stick's firmware, and after that.
  private static let products = ["1a6e:089a", "18d1:9302"]

  private var usb: [Stick] {
    let folder = "/sys/bus/usb/devices"
    return names(folder).compactMap { name in
      func fact(_ fact: String) -> String? { text("\(folder)/\(name)/\(fact)") }
      guard let vendor = fact("idVendor"), let product = fact("idProduct"),
        Self.products.contains("\(vendor):\(product)"), let bus = fact("busnum"), let device = fact("devnum")
      else { return nil }
      return Stick(
        name: "USB \(name)", node: "/dev/bus/usb/\(padded(bus))/\(padded(device))",
        advice: "the udev rule of the package libedgetpu1-std lets the group plugdev use it: install the package, "
          + "join the group (sudo usermod -aG plugdev \"$USER\"), log in again and reconnect it")
    }
  }

  private var pcie: [Stick] {
    let folder = "/sys/bus/pci/devices"
    return names(folder).filter { name in
      text("\(folder)/\(name)/vendor") == "0x1ac1" && text("\(folder)/\(name)/device") == "0x089a"
    }.enumerated().map { index, name in
      Stick(
        name: "PCIe \(name)", node: "/dev/apex_\(index)",
        advice: "install the driver gasket-dkms, and a udev rule that lets the group apex use it "
          + "(https://coral.ai/docs/m2/get-started)")
    }
  }

  private func problem(with stick: Stick) -> String? {
    guard access(root + stick.node, R_OK | W_OK) != 0 else { return nil }
    return "the Edge TPU \(stick.name) is connected, but \(stick.node) cannot be used "
      + "(\(String(cString: strerror(errno)))): \(stick.advice)"
  }

  private func names(_ folder: String) -> [String] { Folder.names(in: root + folder).sorted() }

  /// The first line of a small file.
  private func text(_ path: String) -> String? {
    guard let file = fopen(root + path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    return String(decoding: line.prefix { $0 > 32 }.map(UInt8.init), as: UTF8.self)
  }

  private func padded(_ number: String) -> String { String(repeating: "0", count: max(3 - number.count, 0)) + number }
}
