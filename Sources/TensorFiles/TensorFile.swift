public import AssayCore
import Glibc
import ModelFiles
import Platform

/// A file that holds tensors or is one.
public enum TensorFile: Sendable {
  /// `.npy`, `.npz` and `.pb`: tensors with types and shapes. Those of `.npz` have names, those of `.pb` may.
  case tensors([Tensor])
  /// `.pb` of strings.
  case texts(TextTensor)
  /// `.raw` and `.bin`: the elements alone, in the type and the shape of the input.
  case raw([UInt8])
  /// `.png`, `.jpg` and `.jpeg`: still encoded.
  case image([UInt8])

  /// The suffixes of files that can be read.
  public static let suffixes = ["npy", "npz", "pb", "raw", "bin", "png", "jpg", "jpeg"]

  /// More than any input has.
  static let maximumBytes = 4 << 30

  public static func isReadable(_ path: String) -> Bool { suffixes.contains(suffix(of: path)) }

  /// - Parameter name: the path whose suffix tells the format, and which messages name; `nil` for `path` itself.
  /// - Throws: `.badData`, naming the file and what is wrong with it.
  public init(reading path: String, named name: String? = nil) throws(AssayError) {
    let name = name ?? path
    let bytes = try Self.content(of: path, named: name)
    do throws(TensorFileFailure) {
      self = try Self.decode(bytes, suffix: Self.suffix(of: name))
    } catch {
      throw AssayError(.badData, "\(name) cannot be read: \(error.reason).")
    }
  }

  /// Reads the content of a file. For tests with damaged ones.
  ///
  /// - Throws: `.badData`.
  public init(_ bytes: [UInt8], named name: String) throws(AssayError) {
    do throws(TensorFileFailure) {
      self = try Self.decode(bytes, suffix: Self.suffix(of: name))
    } catch {
      throw AssayError(.badData, "\(name) cannot be read: \(error.reason).")
    }
  }

  private static func suffix(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
  }

  private static func decode(_ bytes: [UInt8], suffix: String) throws(TensorFileFailure) -> TensorFile {
    switch suffix {
    case "npy": .tensors([try withBytes(bytes, NPY.read)])
    case "pb": try withBytes(bytes, TensorProto.read)
    case "npz": .tensors(try withBytes(bytes, NPZ.read))
    case "raw", "bin": .raw(bytes)
    case "png", "jpg", "jpeg": .image(bytes)
    default:
      throw TensorFileFailure("its suffix is none of .\(suffixes.joined(separator: ", ."))")
    }
  }

  private static func content(of path: String, named name: String) throws(AssayError) -> [UInt8] {
    var information = stat()
    guard stat(path, &information) == 0 else {
      throw AssayError(.badData, "\(name) cannot be read: \(String(cString: strerror(errno))).")
    }
    // Reading from a pipe or a device may never end.
    guard information.st_mode & S_IFMT == S_IFREG else { throw AssayError(.badData, "\(name) is not a file.") }
    do {
      return try FileDescriptor.contents(of: path, limit: maximumBytes)
    } catch {
      throw AssayError(.badData, "\(name) cannot be read: \(error).")
    }
  }
}

/// NumPy's archive of arrays: a zip file of `.npy` files.
public enum NPZ {
  private static func unzipping<Result>(_ body: () throws(ZipFailure) -> Result) throws(TensorFileFailure) -> Result {
    do throws(ZipFailure) {
      return try body()
    } catch {
      throw TensorFileFailure(error.reason)
    }
  }

  static func read(_ bytes: UnsafeRawBufferPointer) throws(TensorFileFailure) -> [Tensor] {
    let archive = try unzipping { () throws(ZipFailure) in try ZipArchive(bytes) }
    var tensors: [Tensor] = []
    var size = 0
    for member in archive.members where member.name.hasSuffix(".npy") {
      size += min(member.size, TensorFile.maximumBytes)
      guard size <= TensorFile.maximumBytes else { throw TensorFileFailure("its arrays have over 4 GiB") }
      let content = try unzipping { () throws(ZipFailure) in try archive.content(of: member) }
      var tensor: Tensor
      do throws(TensorFileFailure) {
        tensor = try withBytes(content, NPY.read)
      } catch {
        throw TensorFileFailure("of its member '\(member.name.printable)', \(error.reason)")
      }
      tensor.name = String(member.name.dropLast(4))
      tensors.append(tensor)
    }
    guard !tensors.isEmpty else { throw TensorFileFailure("it has no arrays") }
    return tensors
  }

  /// An archive of tensors by their names, without compression.
  ///
  /// - Throws: `.inputOutput` where it would have over 4 GiB.
  public static func archive(_ tensors: [Tensor]) throws(AssayError) -> [UInt8] {
    guard let bytes = ZipWriter.archive(tensors.map { ("\($0.name).npy", NPY.write($0)) }) else {
      throw AssayError(.inputOutput, "The outputs have over 4 GiB, which an .npz file cannot hold.")
    }
    return bytes
  }
}

/// Typed errors pass through this, and not through `withUnsafeBytes`.
private func withBytes<Result>(
  _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(TensorFileFailure) -> Result
) throws(TensorFileFailure) -> Result {
  let outcome = bytes.withUnsafeBytes { buffer in
    Swift.Result { () throws(TensorFileFailure) in try body(buffer) }
  }
  return try outcome.get()
}
