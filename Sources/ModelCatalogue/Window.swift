/// The size of a kernel.
package struct Kernel: ExpressibleByIntegerLiteral {
  let height: Int
  let width: Int

  init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

  package init(integerLiteral size: Int) { self.init(size, size) }
}

/// What a kernel sees beyond the border.
package enum Padding {
  /// TensorFlow's `SAME`: as many outputs as strides fit; of an odd number, the larger half is behind.
  case same
  /// Nothing: TensorFlow's `VALID`.
  case valid
  /// As many zeros on every side.
  case symmetric(Int)
}

/// A kernel on its way over an image.
struct Window {
  private let kernel: [Int]
  private let stride: Int
  private let before: [Int]
  private let behind: [Int]
  /// Height and width.
  let outputSize: [Int]

  init(_ kernel: Kernel, stride: Int, padding: Padding, on shape: [Int]) {
    let kernel = [kernel.height, kernel.width]
    let sizes = Array(shape.dropFirst())
    let zeros: [(before: Int, behind: Int)] = zip(sizes, kernel).map { size, kernel in
      switch padding {
      case .valid: return (0, 0)
      case .symmetric(let zeros): return (zeros, zeros)
      case .same:
        let all = max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0)
        return (all / 2, all - all / 2)
      }
    }
    (self.kernel, self.stride) = (kernel, stride)
    (before, behind) = (zeros.map(\.before), zeros.map(\.behind))
    outputSize = zip(sizes, zip(kernel, zeros)).map { size, window in
      (size + window.1.before + window.1.behind - window.0) / stride + 1
    }
  }

  var attributes: [(String, Network.Attribute)] {
    [
      ("kernel_shape", .integers(kernel)), ("strides", .integers([stride, stride])),
      ("pads", .integers(before + behind)),
    ]
  }
}
