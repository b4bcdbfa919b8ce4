public import AssayCore

/// The results of `assay doctor` as text.
public enum DiagnosisText {
  public static func all(_ diagnosis: DiagnosisReport) -> String {
    let warnings = diagnosis.host.warnings.map { "  ⚠ \($0.text.printable)\n" }.joined()
    return "Assay \(diagnosis.assay)\n\nEngines\n" + engines(diagnosis.engines) + "\nThis machine\n"
      + host(diagnosis.host) + (warnings.isEmpty ? "" : "\nWarnings\n" + warnings)
  }

  public static func engines(_ engines: [EngineDiagnosis]) -> String {
    engines.map(engine).joined()
  }

  /// The tool that draws charts.
  ///
  /// - Parameter place: where it is installed; `nil` if it is not.
  public static func charts(_ place: String?) -> String {
    guard let place else {
      return "  ✗ Charts (charts)\n" + indent("not installed\nassay report needs it: assay engines install charts")
    }
    return "  ✓ Charts (charts)\n" + indent("\(place)\nVega, for assay report")
  }

  private static func engine(_ engine: EngineDiagnosis) -> String {
    guard let opened = engine.opened else {
      let error = engine.error.map { indent("\($0)") } ?? ""
      return "  ✗ \(engine.displayName) (\(engine.name))".printable + "\n\(error)"
    }
    let devices = (opened.devices ?? []).map { $0.name + ($0.hardware.map { " (\($0))" } ?? "") }
    let facts = [
      opened.library.map { "\($0) (\(opened.origin))" } ?? opened.origin,
      "reads " + engine.formats.map(\.rawValue).joined(separator: ", "), "runs on " + devices.joined(separator: ", "),
    ]
    return "  ✓ \(engine.displayName) \(opened.version) (\(engine.name))".printable + "\n"
      + (facts + (opened.problems ?? []).map { "! \($0)" }).map { indent($0.printable) }.joined()
  }

  static func host(_ host: HostDescription) -> String {
    let threads = host.physicalCores == host.cores ? "" : ", \(host.physicalCores) physical"
    let caches = [("L1d", host.caches.l1d), ("L2", host.caches.l2), ("L3", host.caches.l3)].compactMap { name, size in
      size.map { "\(name) \(Figures.bytes($0))" }
    }
    let facts: [(String, String?)] = [
      ("Board", host.board), ("CPU", host.cpu), ("Architecture", host.architecture),
      ("Cores", "\(host.cores)\(threads), \(host.allowedCores) allowed"),
      ("Caches", caches.isEmpty ? nil : caches.joined(separator: ", ")),
      ("Clock", host.clock.current.map { Figures.short($0) + " MHz" }),
      ("Governor", host.governor ?? "unknown"),
      (
        "Memory",
        host.memoryBytes.map { total in
          Figures.bytes(total) + (host.memoryAvailableBytes.map { ", \(Figures.bytes($0)) available" } ?? "")
        }
      ),
      ("Load", host.loadAverage.map { "\($0)" }), ("System", host.os), ("Kernel", host.kernel),
      ("Clock source", host.clocksource),
      ("Virtualised", host.virtualized.map { $0 ? host.hypervisor.map { "yes, \($0)" } ?? "yes" : "no" }),
      ("Container", host.container ? "yes" : "no"),
    ]
    return facts.map { name, fact in
      fact.map { "  \(name.padding(to: 13)) \($0.printable)\n" } ?? ""
    }.joined()
  }

  private static func indent(_ text: String) -> String {
    text.split(separator: "\n").map { "      \($0.printable)\n" }.joined()
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
