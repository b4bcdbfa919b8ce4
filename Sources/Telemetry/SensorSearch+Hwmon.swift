import AssayCore
import Machine

extension SensorSearch {
  private static let thermalFolder = "sys/class/thermal"
  private static let supplyFolder = "sys/class/power_supply"

  /// A chip of the kernel's hwmon.
  struct Chip {
    let folder: String
    let name: String
  }

  /// The numbers of chips change between boots, so chips of one kind are sorted by their device.
  func chips() -> [Chip] {
    let chips = folders(in: "sys/class/hwmon", named: "hwmon").compactMap { folder in
      files.text("\(folder)/name").map { (Chip(folder: folder, name: $0), files.target(of: "\(folder)/device") ?? "") }
    }
    return chips.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(\.element.0)
  }

  /// The numbers N of a chip's files `prefixN_suffix`, ascending.
  private func channels(of chip: Chip, prefix: String, suffix: String) -> [Int] {
    files.names(in: chip.folder).compactMap { name in
      name.hasPrefix(prefix) && name.hasSuffix(suffix) ? Int(name.dropFirst(prefix.count).dropLast(suffix.count)) : nil
    }.sorted()
  }

  mutating func findTemperatures() {
    var zones: Set<String> = []
    for zone in folders(in: Self.thermalFolder, named: "thermal_zone") {
      guard let type = files.text("\(zone)/type") else { continue }
      let path = "\(zone)/temp"
      zones.insert(type.replacingDashes)
      let sensor = sensor("temperature.zone.\(type)", "\(type) temperature", .temperature, path: path)
      addNumber(sensor, path: path, scale: 1e-3)
    }
    // The kernel also lists thermal zones as chips, with `_` for `-`.
    for chip in chips() where !zones.contains(chip.name) {
      for channel in channels(of: chip, prefix: "temp", suffix: "_input") {
        let path = "\(chip.folder)/temp\(channel)_input"
        let label = files.text("\(chip.folder)/temp\(channel)_label") ?? "temp\(channel)"
        let sensor = sensor(
          "temperature.hwmon.\(chip.name).\(label)", "\(chip.name) \(label) temperature", .temperature, path: path)
        addNumber(sensor, path: path, scale: 1e-3)
      }
    }
  }

  mutating func findPower() {
    findRAPL()
    findJetsonRails()
    let batteries = findBatteries()
    for chip in chips() where !batteries.contains(chip.name) {
      if chip.name == "ina3221" {
        addChannels(ofINA3221: chip)
      } else {
        addPower(of: chip)
      }
    }
  }

  /// Packages and platform (`psys`) with their parts, through powercap. `intel-rapl-mmio` is skipped: it reads the same counters.
  private mutating func findRAPL() {
    let root = "sys/class/powercap"
    let zones = files.names(in: root).filter { $0.hasPrefix("intel-rapl:") }
    var names: [String: String] = [:]
    for zone in zones {
      guard let name = files.text("\(root)/\(zone)/name") else { continue }
      let parent = zone.lastIndex(of: ":").flatMap { names[String(zone[..<$0])] }
      let fullName = parent.map { "\($0).\(name)" } ?? name
      names[zone] = fullName
      let sensor = sensor(
        "power.rapl.\(fullName)", "\(fullName.replacingDots) power", .power, path: "\(root)/\(zone)/energy_uj")
      add(EnergyCounter(sensor: sensor, files: files, folder: "\(root)/\(zone)"))
    }
  }

  /// The rails of a Jetson through NVIDIA's own driver (JetPack 4 and before), in mW.
  private mutating func findJetsonRails() {
    let driver = "sys/bus/i2c/drivers/ina3221x"
    for chip in files.names(in: driver) {
      for device in files.names(in: "\(driver)/\(chip)") where device.hasPrefix("iio") {
        for channel in 0..<3 {
          let folder = "\(driver)/\(chip)/\(device)"
          let path = "\(folder)/in_power\(channel)_input"
          let rail = files.text("\(folder)/rail_name_\(channel)") ?? "\(chip) channel \(channel)"
          // NC: not connected.
          guard rail != "NC", files.exists(path) else { continue }
          addNumber(sensor("power.ina3221.\(rail)", "\(rail) power", .power, path: path), path: path, scale: 1e-3)
        }
      }
    }
  }

  /// The kernel's own driver gives voltage (mV) and current (mA) of three channels; further channels are sums.
  private mutating func addChannels(ofINA3221 chip: Chip) {
    for channel in 1...3 {
      let current = "\(chip.folder)/curr\(channel)_input"
      let voltage = "\(chip.folder)/in\(channel)_input"
      guard files.exists(current), files.exists(voltage), files.text("\(chip.folder)/in\(channel)_enable") != "0"
      else { continue }
      let rail = files.text("\(chip.folder)/in\(channel)_label") ?? "channel \(channel)"
      let sensor = sensor("power.ina3221.\(rail)", "\(rail) power", .power, path: current)
      add(PowerProduct(sensor: sensor, files: files, voltagePath: voltage, currentPath: current, scale: 1e-6))
    }
  }

  /// `power*_input`, else `power*_average`, in µW.
  private mutating func addPower(of chip: Chip) {
    let inputs = channels(of: chip, prefix: "power", suffix: "_input")
    let averages = channels(of: chip, prefix: "power", suffix: "_average").filter { !inputs.contains($0) }
    for (channel, suffix) in inputs.map({ ($0, "input") }) + averages.map({ ($0, "average") }) {
      let path = "\(chip.folder)/power\(channel)_\(suffix)"
      let label = files.text("\(chip.folder)/power\(channel)_label") ?? "power\(channel)"
      let sensor = sensor("power.hwmon.\(chip.name).\(label)", "\(chip.name) \(label)", .power, path: path)
      addNumber(sensor, path: path, scale: 1e-6)
    }
  }

  /// The batteries of the machine, not those of mice and headsets.
  ///
  /// - Returns: the names of all batteries, because hwmon lists them again.
  private mutating func findBatteries() -> Set<String> {
    var names: Set<String> = []
    for name in files.names(in: Self.supplyFolder) {
      let folder = "\(Self.supplyFolder)/\(name)"
      names.insert(name)
      guard files.text("\(folder)/type") == "Battery", files.text("\(folder)/scope") != "Device",
        let battery = battery(name, folder: folder)
      else { continue }
      add(battery)
    }
    return names
  }

  /// In µW, or as µV times µA.
  private mutating func battery(_ name: String, folder: String) -> DischargingBattery? {
    let power = "\(folder)/power_now"
    let current = "\(folder)/current_now"
    let isDirect = files.exists(power)
    guard isDirect || files.exists(current) else { return nil }
    let sensor = sensor(
      "power.battery.\(name)", "Battery \(name) power", .power, path: isDirect ? power : current)
    return DischargingBattery(
      sensor: sensor, files: files, statusPath: "\(folder)/status",
      factorPaths: isDirect ? [power] : ["\(folder)/voltage_now", current], scale: isDirect ? 1e-6 : 1e-12)
  }
}

extension String {
  fileprivate var replacingDashes: String { String(map { $0 == "-" ? "_" : $0 }) }
  fileprivate var replacingDots: String { String(map { $0 == "." ? " " : $0 }) }
}
