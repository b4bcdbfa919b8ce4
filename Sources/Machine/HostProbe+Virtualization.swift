extension HostProbe {
  /// Whether other machines share this hardware, and through what.
  ///
  /// On x86 the kernel lists a CPUID flag; on Arm a hypervisor shows in the device tree or in the firmware's (DMI) name of the machine.
  /// Without either, it is unknown.
  func virtualization() -> (isVirtual: Bool?, hypervisor: String?) {
    let hypervisor = hypervisor()
    let flags = (files.text("proc/cpuinfo") ?? "").split(separator: "\n").first { $0.hasPrefix("flags") }
    if let flags {
      let isVirtual = flags.split(separator: " ").contains("hypervisor")
      return (isVirtual, isVirtual ? hypervisor : nil)
    }
    if hypervisor != nil { return (true, hypervisor) }
    let isDescribed = files.exists("proc/device-tree/model") || files.exists("sys/class/dmi/id/sys_vendor")
    return (isDescribed ? false : nil, nil)
  }

  private func hypervisor() -> String? {
    if let type = files.text("sys/hypervisor/type") { return type }
    if let node = files.text("proc/device-tree/hypervisor/compatible") {
      return String(node.prefix { $0 != "," && $0 != "\0" })
    }
    if files.text("proc/device-tree/compatible")?.hasPrefix("linux,dummy-virt") == true { return "qemu" }
    return hypervisorOfFirmware() ?? hypervisorOfClock()
  }

  private func hypervisorOfFirmware() -> String? {
    let firmware = ["sys_vendor", "product_name"].compactMap { files.text("sys/class/dmi/id/\($0)") }
      .joined(separator: " ")
    // Amazon's and Google's machines run on KVM; the names of bare-metal ones end in `.metal`.
    guard !firmware.hasSuffix(".metal") else { return nil }
    let marks = [
      ("KVM", "kvm"), ("QEMU", "qemu"), ("VMware", "vmware"), ("VirtualBox", "virtualbox"),
      ("Microsoft Corporation Virtual Machine", "hyper-v"), ("Xen", "xen"), ("Parallels", "parallels"),
      ("Apple Virtualization", "apple"), ("Amazon EC2", "kvm"), ("Google Compute Engine", "kvm"),
    ]
    return marks.first { firmware.contains($0.0) }?.1
  }

  /// A hypervisor's own clock names it where the firmware does not.
  private func hypervisorOfClock() -> String? {
    let clocks = files.text("sys/devices/system/clocksource/clocksource0/available_clocksource") ?? ""
    let marks = [("kvm-clock", "kvm"), ("hyperv", "hyper-v"), ("xen", "xen")]
    return marks.first { clocks.contains($0.0) }?.1
  }

  /// Docker, Podman, systemd-nspawn and Kubernetes each leave a mark of their own.
  func isContainer() -> Bool {
    if [".dockerenv", "run/.containerenv", "run/systemd/container"].contains(where: files.exists) { return true }
    let group = files.text("proc/1/cgroup") ?? ""
    return ["docker", "kubepods", "containerd", "lxc"].contains { group.contains($0) }
  }
}
