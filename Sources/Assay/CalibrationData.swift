public import AssayCore
import Foundation
import Platform
import TensorFiles

/// The inputs that quantising looks at, and that source and result are compared on.
public struct CalibrationData {
  /// More images change ranges little, and each takes its place in memory.
  static let maximumSamples = 100
  /// Fewer images than these give ranges that the next image exceeds.
  static let minimumImages = 10
  /// Of random inputs.
  private static let randomSamples = 16
  private static let imageSuffixes = [".jpg", ".jpeg", ".png"]

  /// What a cell is given; empty for random inputs.
  let given: GivenInputs
  let samples: Int
  let source: String
  /// A folder with the samples of a file; `nil` where there is none to remove.
  private let folder: String?

  /// Seeded random inputs.
  public static func random() -> CalibrationData {
    CalibrationData(given: GivenInputs(), samples: randomSamples, source: "random", folder: nil)
  }

  /// Images of a folder and those below it, evenly spread over all; or the first dimension of a NumPy array.
  ///
  /// - Throws: `.badData` for a file that is no array, or for too few images.
  public static func reading(
    _ path: String, preprocessing: PreprocessingChoice?
  ) throws(AssayError) -> CalibrationData {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw AssayError(
        .badData, "There is no calibration data at \(path).", advice: "Name a folder of images, or an .npy file.")
    }
    return isFolder.boolValue ? try images(in: path, preprocessing) : try rows(of: path)
  }

  private static func images(
    in folder: String, _ preprocessing: PreprocessingChoice?
  ) throws(AssayError) -> CalibrationData {
    let names = (FileManager.default.enumerator(atPath: Folder.resolved(folder))?.compactMap { $0 as? String } ?? [])
      .filter { name in imageSuffixes.contains { name.lowercased().hasSuffix($0) } }.sorted()
    guard names.count >= minimumImages else {
      throw AssayError(
        .badData,
        "\(folder) has \(names.count) images; calibration needs at least \(minimumImages), better \(maximumSamples).",
        advice: "Name a folder of .jpg or .png files like those that the model will see.")
    }
    let count = min(names.count, maximumSamples)
    let chosen = (0..<count).map { names[$0 * names.count / count] }
    var given = GivenInputs(values: ["": chosen.map { .file(InputFile(path: "\(folder)/\($0)")) }])
    given.preprocessing = preprocessing
    return CalibrationData(given: given, samples: count, source: folder, folder: nil)
  }

  private static func rows(of path: String) throws(AssayError) -> CalibrationData {
    guard path.lowercased().hasSuffix(".npy") else {
      throw AssayError(
        .badData, "The calibration data \(path) is neither a folder of images nor an .npy file.",
        advice: "Save an array whose first dimension counts the samples: numpy.save('data.npy', array)")
    }
    guard case .tensors(let tensors) = try TensorFile(reading: path), let all = tensors.first, all.shape.count > 1,
      !all.bytes.isEmpty, all.bytes.count.isMultiple(of: all.shape[0])
    else {
      throw AssayError(
        .badData, "The array in \(path) has no samples in its first dimension.",
        advice: "Save one of the shape [samples, …], where the rest is that of the model's input.")
    }
    let count = min(all.shape[0], maximumSamples)
    let width = all.bytes.count / all.shape[0]
    let folder = TemporaryFolder.path("calibration-\(UUID().uuidString)")
    var files: [InputValue] = []
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for sample in 0..<count {
        let start = sample * all.shape[0] / count * width
        let row = Tensor(
          type: all.type, shape: [1] + all.shape.dropFirst(), bytes: Array(all.bytes[start..<start + width]))
        let file = "\(folder)/\(sample).npz"
        try Data(try NPZ.archive([row])).write(to: URL(filePath: file))
        files.append(.file(InputFile(path: file)))
      }
    } catch {
      throw AssayError(.inputOutput, "Cannot write the samples of \(path) in \(folder): \(error)")
    }
    return CalibrationData(given: GivenInputs(values: ["": files]), samples: count, source: path, folder: folder)
  }

  /// Removes temporary files.
  public func cleanUp() { if let folder { try? FileManager.default.removeItem(atPath: folder) } }
}
