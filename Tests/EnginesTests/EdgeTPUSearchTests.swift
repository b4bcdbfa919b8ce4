import Engines
import Foundation
import TestSupport
import Testing

@Suite("Edge TPUs that cannot be used say why")
struct EdgeTPUSearchTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func write(_ text: String, _ name: String) throws {
    let path = sandbox.path(name)
    let folder = URL(filePath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("\(text)\n".utf8).write(to: URL(filePath: path))
  }

  private func connectUSB(vendor: String = "1a6e", product: String = "089a") throws {
    for (name, text) in [("idVendor", vendor), ("idProduct", product), ("busnum", "2"), ("devnum", "14")] {
      try write(text, "sys/bus/usb/devices/2-1/\(name)")
    }
  }

  private func problems(library: String? = nil) -> [String] {
    EdgeTPUSearch(root: sandbox.folder).problems(libraryProblem: library)
  }

  @Test("Without one there is nothing to say, not even that the library is missing")
  func none() throws {
    #expect(problems(library: "no library").isEmpty)
    // Another stick.
    try connectUSB(vendor: "1d6b", product: "0003")
    #expect(problems(library: "no library").isEmpty)
  }

  @Test("A stick that this user may not write names the udev rule", arguments: [("1a6e", "089a"), ("18d1", "9302")])
  func permission(vendor: String, product: String) throws {
    try connectUSB(vendor: vendor, product: product)
    let problem = try #require(problems().first)
    #expect(problem.contains("USB 2-1") && problem.contains("/dev/bus/usb/002/014"), "\(problem)")
    #expect(problem.contains("udev rule") && problem.contains("plugdev"), "\(problem)")
    try write("", "dev/bus/usb/002/014")
    #expect(problems().isEmpty)
  }

  @Test("A stick without libedgetpu says so")
  func library() throws {
    try connectUSB()
    try write("", "dev/bus/usb/002/014")
    #expect(problems(library: "no library") == ["no library"])
  }

  @Test("A PCIe card without its driver names the driver")
  func pcie() throws {
    try write("0x1ac1", "sys/bus/pci/devices/0000:01:00.0/vendor")
    try write("0x089a", "sys/bus/pci/devices/0000:01:00.0/device")
    #expect(problems().first?.contains("gasket") == true, "\(problems())")
    try write("", "dev/apex_0")
    #expect(problems().isEmpty)
  }
}
