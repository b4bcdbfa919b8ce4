/// Names of inputs and outputs.
public enum TensorName {
  /// TensorFlow's exporters write `image:0` for what others call `image`; both names mean the same.
  public static func areSame(_ first: String, _ second: String) -> Bool { bare(first) == bare(second) }

  static func bare(_ name: String) -> Substring { name.hasSuffix(":0") ? name.dropLast(2) : name[...] }
}
