public import ArgumentParser
public import AssayCore

/// What is asked of an engine besides a device and threads.
struct EngineArguments: ParsableArguments {
  @Option(
    help: .init(
      "Library of a delegate that takes over operations, with its options: PATH[,KEY=VALUE...]. May be repeated.",
      valueName: "path"))
  var delegate: [String] = []

  @Option(help: "Precision to compute in: f32, f16, bf16 or int8 (default: the engine's choice).")
  var precision: Precision?

  @Option(
    help: .init(
      "Option in the words of the engine or its device: KEY=VALUE. May be repeated.", valueName: "key=value"))
  var engineOption: [String] = []

  func validate() throws { _ = try options() }

  /// Whether any of them is given.
  var isGiven: Bool { !delegate.isEmpty || precision != nil || !engineOption.isEmpty }

  func options() throws -> EngineOptions {
    EngineOptions(
      delegates: try delegate.map { text in
        guard let delegate = DelegateReference(text) else {
          throw ValidationError("'\(text.printable)' is no delegate; write --delegate PATH[,KEY=VALUE...].")
        }
        return delegate
      },
      precision: precision,
      settings: try settings())
  }

  private func settings() throws -> [String: String] {
    var settings: [String: String] = [:]
    for text in engineOption {
      let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[0].isEmpty else {
        throw ValidationError("'\(text.printable)' is no option; write --engine-option KEY=VALUE.")
      }
      guard settings.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw ValidationError("--engine-option gives '\(pair[0].printable)' twice.")
      }
    }
    return settings
  }
}

extension Precision: ExpressibleByArgument {}
