public import AssayCore

/// One line of the table: what one converter makes of what.
public struct ConversionStep: Hashable, Sendable {
  /// The name, also of its script: `onnx_int8`.
  public let name: String
  public let source: ConversionForm
  public let result: ConversionForm
  /// The environment that it runs in.
  public let environment: String
  /// Rough seconds for a model of 20 MB, which decide between paths.
  public let seconds: Double
  /// How it can quantise, the usual one first; empty for steps that do not.
  public let recipes: [String]

  /// What it needs besides its environment; `nil` for nothing.
  public let program: Program?

  /// A program that nobody may hand on, so that no environment has it.
  public struct Program: Hashable, Sendable {
    public let name: String
    /// Where it can be had.
    public let address: String
  }

  /// Whether it looks at what inputs make of the model.
  public var needsCalibration: Bool { !recipes.isEmpty }

  init(
    _ name: String, _ source: ConversionForm, _ result: ConversionForm, in environment: String, seconds: Double,
    recipes: [String] = [], program: Program? = nil
  ) {
    (self.name, self.source, self.result) = (name, source, result)
    (self.environment, self.seconds, self.recipes, self.program) = (environment, seconds, recipes, program)
  }
}

extension ConversionStep: CustomStringConvertible {
  public var description: String { "\(source) → \(result)" }
}
