public import AssayCore
public import YAMLFiles

/// A study: what is measured, where, how often, and what is shown of it.
public struct StudyFile: Hashable, Sendable {
  public enum Order: String, CaseIterable, Hashable, Sendable {
    /// By chance, so that what changes over time touches all cells alike.
    case shuffled
    /// As the file lists them.
    case listed
  }

  /// A machine, here or behind a prefix command.
  public struct Host: Hashable, Sendable {
    /// The name of this machine in a study that declares no host.
    static let here = "here"

    public var name: String
    /// `ssh pi@board`; `nil` for this machine.
    public var via: String?
    public var place: YAMLPlace
  }

  public struct Model: Hashable, Sendable {
    public var name: String
    /// Absolute, or from the working folder.
    public var path: String
    /// What is made of the file before it is measured; `nil` for itself.
    public var conversion: Conversion?
    public var place: YAMLPlace
  }

  /// A form that a model gets from converters.
  public struct Conversion: Hashable, Sendable {
    public var form: ConversionForm
    /// Images, or an array, that quantising looks at; `nil` for random inputs.
    public var calibration: String?
    /// How to quantise; `nil` for the usual way.
    public var recipe: String?
  }

  /// An engine and a device, and what tables call them.
  public struct EngineTarget: Hashable, Sendable {
    public var name: String
    public var target: Target
    /// What tables call the device; `nil` for the name of the host.
    public var device: String?
    /// What makes models ready for it; `nil` for nothing.
    public var optimizer: String?
    public var precision: String?
    public var place: YAMLPlace
  }

  public struct NamedMeasure: Hashable, Sendable {
    public var name: String
    public var measure: Measure
    /// Inferences that run side by side; `nil` for as many as the measure usually has.
    public var streams: Int?
    public var place: YAMLPlace
  }

  /// When to begin the next cell of a host.
  public struct CoolDown: Hashable, Sendable {
    /// Seconds to wait, or to wait at most for a temperature.
    public var seconds: Double
    /// Degrees Celsius to wait for; `nil` waits for the time alone.
    public var temperature: Double?
  }

  /// Combinations of hosts, models, targets, measures and options: every one with every other.
  public struct Matrix: Hashable, Sendable {
    /// Indices in the lists of the study.
    public var hosts: [Int]
    public var models: [Int]
    public var targets: [Int]
    public var measures: [Int]
    /// `nil` in it for the usual number.
    public var threads: [Int?]
    public var batches: [Int?]
    public var exclusions: [Exclusion]
  }

  /// Combinations that are left out of a matrix: those that agree with all that it names.
  public struct Exclusion: Hashable, Sendable {
    public var hosts: [Int]?
    public var models: [Int]?
    public var targets: [Int]?
    public var measures: [Int]?
    public var threads: [Int]?
    public var batches: [Int]?
    /// For the table, as in "the device lacks a layer".
    public var reason: String?
  }

  /// As the user gave it.
  public var path: String
  public var name = ""
  public var title: String?
  public var about: String?
  public var seed: UInt64 = 1
  public var order = Order.shuffled
  /// How often each cell is measured.
  public var repeats = 1
  public var coolDown: CoolDown?
  /// The source of published results that are this study's own; `nil` for none.
  public var published: String?
  public var hosts: [Host] = []
  public var models: [Model] = []
  public var targets: [EngineTarget] = []
  public var measures: [NamedMeasure] = []
  public var matrices: [Matrix] = []
  public var outline = StudyOutline()

  init(path: String) { self.path = path }
}

extension StudyFile {
  /// The model that another one is made of: the first of the same file that is measured as it is; `nil` if there is none.
  public func source(of model: Model) -> Model? {
    guard model.conversion != nil else { return nil }
    return models.first { $0.conversion == nil && $0.path == model.path }
  }

  /// The models of cells that converters make, each once.
  public func conversions(of cells: [StudyPlan.Cell]) -> [Model] {
    Set(cells.map(\.model)).sorted().map { models[Int($0)] }.filter { $0.conversion != nil }
  }
}
