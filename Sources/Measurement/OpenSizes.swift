import EngineKit
import ModelFiles

/// Sizes for dimensions that a model leaves open and nobody gives, where there is a usual one: a batch of 1 and a sequence of 512 elements.
///
/// Images have no usual size, so inputs of four and more dimensions keep theirs open, and engines ask for it.
enum OpenSizes {
  /// The most that many language models take, and a frame of 32 ms of sound at 16 kHz.
  static let sequenceLength = 512

  /// The shapes of inputs that get one, by name, in the order of the model's inputs.
  static func shapes(of inputs: [InputUse], in spec: CompileSpec) -> [(name: String, shape: [Int])] {
    let given = Array(spec.shapes.keys) + spec.valueShapes.keys
    return inputs.compactMap { input in
      let isGiven = given.contains { $0.isEmpty ? inputs.count == 1 : TensorName.areSame($0, input.name) }
      return isGiven ? nil : input.declaredShape.flatMap(shape(of:)).map { (input.name, $0) }
    }
  }

  /// - Parameter declared: -1 for an open dimension.
  /// - Returns: `nil` where nothing is open but a batch, which engines take as 1 themselves, or where a size has no usual value.
  static func shape(of declared: [Int]) -> [Int]? {
    let open = declared.indices.filter { declared[$0] < 0 }
    guard (2...3).contains(declared.count), !open.isEmpty, open != [0] else { return nil }
    // A batch stands first, or second in the state of a recurrent network, behind its layers: [2, ?, 128].
    let batch = declared[0] < 0 ? 0 : declared.count == 3 && declared[0] > 1 ? open[0] : nil
    let lengths = open.filter { $0 != batch }
    guard lengths.count < 2 else { return nil }
    return declared.indices.map { axis in
      declared[axis] >= 0 ? declared[axis] : axis == batch ? 1 : sequenceLength
    }
  }
}
