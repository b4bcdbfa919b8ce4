import AssayCore
import Foundation
import Machine
import Testing

@Suite("A machine is described by what its kernel and firmware tell")
struct HostProbeTests {
  @Test("A Raspberry Pi 4 has a board, named cores, a governor and no battery")
  func raspberryPi() throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let host = HostProbe(root: tree.root).describe()
    #expect(host.cpu == "4 × Cortex-A72")
    #expect(host.board == "Raspberry Pi 4 Model B Rev 1.4")
    #expect(host.coreCounts == [4, 4, 4, 4])
    #expect(host.caches == .init(l1d: 32 << 10, l2: 1 << 20))
    #expect(host.clock == .init(minimum: 600, maximum: 1800, current: 600))
    #expect(host.governor == "ondemand")
    #expect(host.memoryBytes == 3_885_396 << 10)
    #expect(host.swapUsedBytes == (102_396 - 3_840) << 10)
    #expect(host.os == "Debian GNU/Linux 12 (bookworm)")
    #expect(host.kernel == "6.6.51+rpt-rpi-v8")
    #expect(host.clocksource == "arch_sys_counter")
    #expect(host.onBattery == nil)
    #expect(host.virtualized == false)
    #expect(!host.container)
    #expect(
      host.warnings == [
        .governor("ondemand"), .loadAverage(2.41, cores: 4), .swapUsed(bytes: 98_556 << 10),
        .lowMemory(availableBytes: 411_808 << 10),
      ])
  }

  @Test("A Jetson TX2 has two kinds of cores whose numbers repeat, two governors, and a restricted process")
  func jetson() throws {
    let tree = try RecordedTree("jetson-tx2")
    let host = HostProbe(root: tree.root).describe()
    #expect(host.cpu == "4 × Cortex-A57 + 2 × Denver 2")
    #expect(host.coreCounts == [6, 6, 4, 4])
    #expect(host.caches == .init(l1d: 64 << 10, l2: 2 << 20))
    #expect(host.clock == .init(minimum: 345.6, maximum: 2035.2, current: 2035.2))
    #expect(host.governor == "performance, schedutil")
    #expect(host.swapUsedBytes == 0)
    #expect(
      host.warnings == [.governor("performance, schedutil"), .restrictedAffinity(allowed: 4, cores: 6)])
  }

  @Test("A laptop on battery counts threads and cores apart, and not the battery of its mouse")
  func laptop() throws {
    let tree = try RecordedTree("laptop-on-battery")
    let host = HostProbe(root: tree.root).describe()
    #expect(host.cpu == "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz")
    #expect(host.coreCounts == [8, 4, 8, 4])
    #expect(host.caches == .init(l1d: 48 << 10, l2: 1280 << 10, l3: 12 << 20))
    #expect(host.clock == .init(minimum: 400, maximum: 4700, current: 1197))
    #expect(host.onBattery == true)
    #expect(host.virtualized == false)
    #expect(host.warnings == [.governor("powersave"), .onBattery])
  }

  @Test("A mouse's battery alone does not make a machine run on battery")
  func mouse() throws {
    let tree = try RecordedTree(
      text: """
        ==> sys/class/power_supply/hidpp_battery_0/type <==
        Battery
        ==> sys/class/power_supply/hidpp_battery_0/scope <==
        Device
        ==> sys/class/power_supply/hidpp_battery_0/status <==
        Discharging
        """)
    #expect(HostProbe(root: tree.root).describe().onBattery == nil)
  }

  @Test("A virtual machine without cpufreq has no governor, and its clock names the hypervisor")
  func virtualMachine() throws {
    let tree = try RecordedTree("virtual-machine")
    let host = HostProbe(root: tree.root).describe()
    #expect(host.cpu == "AMD EPYC")
    #expect(host.governor == nil)
    #expect(host.clock == .init(current: 2249.998))
    #expect(host.swapTotalBytes == 0)
    #expect(host.virtualized == true)
    #expect(host.hypervisor == "kvm")
    #expect(host.container)
    #expect(host.os == "Debian GNU/Linux 12 (bookworm)")
    #expect(host.warnings == [.virtualMachine(hypervisor: "kvm")])
  }

  @Test(
    "A hypervisor shows in the firmware's name of an Arm machine, or in its device tree",
    arguments: [
      ("==> sys/class/dmi/id/sys_vendor <==\nAmazon EC2\n==> sys/class/dmi/id/product_name <==\nc7g.large", "kvm"),
      ("==> sys/class/dmi/id/sys_vendor <==\nAmazon EC2\n==> sys/class/dmi/id/product_name <==\nc7g.metal", nil),
      ("==> proc/device-tree/hypervisor/compatible <==\nxen,xen-4.17\\0xen,xen\\0", "xen"),
      ("==> proc/device-tree/compatible <==\nlinux,dummy-virt\\0", "qemu"),
    ])
  func armHypervisor(files: String, hypervisor: String?) throws {
    let tree = try RecordedTree(text: files)
    let host = HostProbe(root: tree.root).describe()
    #expect(host.hypervisor == hypervisor)
    #expect(host.virtualized == (hypervisor != nil))
  }

  @Test("An Arm core that the table lacks is named by the device tree")
  func unknownArmCore() throws {
    let tree = try RecordedTree(
      text: """
        ==> proc/cpuinfo <==
        processor\t: 0
        CPU implementer\t: 0x41
        CPU part\t: 0xfff
        ==> proc/device-tree/cpus/cpu@0/compatible <==
        arm,cortex-a999\\0arm,armv8\\0
        """)
    #expect(HostProbe(root: tree.root).describe().cpu == "arm,cortex-a999")
  }

  @Test("What a machine does not tell is unknown, not zero")
  func nothingKnown() throws {
    let tree = try RecordedTree(text: "")
    let host = HostProbe(root: tree.root).describe()
    #expect(
      host
        == HostDescription(
          architecture: host.architecture, cores: 1, physicalCores: 1, allowedCores: 1, allowedPhysicalCores: 1))
    #expect(host.warnings.isEmpty)
  }

  @Test(
    "CPU numbers that no machine has are left out, in any order of magnitude",
    arguments: ["4294967296", "9223372036854775807"])
  func impossibleProcessors(last: String) throws {
    let tree = try RecordedTree(text: "==> sys/devices/system/cpu/online <==\n0-3,0-\(last),8\n")
    #expect(HostProbe(root: tree.root).describe().cores == 5)
  }

  @Test("Figures of the kernel that cannot be are left out")
  func impossibleFigures() throws {
    let tree = try RecordedTree(
      text: """
        ==> proc/loadavg <==
        1e999 0.1 0.1 1/100 4242
        ==> proc/cpuinfo <==
        cpu MHz : 1e999
        ==> proc/meminfo <==
        SwapTotal: 9223372036854775807 kB
        SwapFree: -1 kB
        """)
    let host = HostProbe(root: tree.root).describe()
    #expect(
      host.loadAverage == nil && host.clock.current == nil && host.swapTotalBytes == nil && host.swapUsedBytes == nil)
  }

  @Test("This machine tells its processor, memory, kernel and the cores that this process may use")
  func thisMachine() throws {
    let host = HostProbe().describe()
    let processors = ProcessInfo.processInfo
    #expect(host.cpu != nil)
    #expect(host.cores == processors.processorCount)
    #expect(host.allowedCores == processors.activeProcessorCount)
    #expect((1...host.allowedCores).contains(host.allowedPhysicalCores))
    #expect(host.memoryBytes == Int(processors.physicalMemory))
    #expect(host.os != nil)
    #expect(host.kernel != nil)
    #expect(host.loadAverage != nil)
    #expect(host.clocksource != nil)
  }
}

extension HostDescription {
  /// Online CPUs, their cores, and both for those that the process may use.
  fileprivate var coreCounts: [Int] { [cores, physicalCores, allowedCores, allowedPhysicalCores] }
}
