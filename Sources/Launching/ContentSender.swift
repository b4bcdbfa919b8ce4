import AssayCore
import Datasets
import Foundation
import Platform

/// Offers the files of a cell to a worker, and sends those that it lacks. Holds one piece of one file at a time.
final class ContentSender {
  /// Files in one offer of images: few enough that their hashes take no time that a user notices.
  private static let offerLength = 256

  private let content: CellContent
  private let imageList: ImageList?
  private var state = State.begins
  private var offered: [SourceFile] = []

  private enum State {
    case begins
    case awaitsAnswer
    /// The files that the worker lacks, of which the first is open once a piece of it was sent.
    case sends(ArraySlice<SourceFile>, OpenFile?)
    case hasEnded
  }

  init(_ content: CellContent, isInterrupted: @escaping () -> Bool) throws(AssayError) {
    self.content = content
    imageList = try content.imageManifest.map { (path) throws(AssayError) in
      try ImageList(path, isInterrupted: isInterrupted)
    }
  }

  /// Whether the worker has all that it needs.
  var hasEnded: Bool { if case .hasEnded = state { true } else { false } }
  /// Whether `nextFrame` has something to send.
  var isReady: Bool {
    switch state {
    case .begins, .sends: true
    case .awaitsAnswer, .hasEnded: false
    }
  }

  /// The worker's answer to the last offer.
  ///
  /// - Throws: `.protocolViolation` for files that were not offered.
  func take(lacking indices: [Int]) throws(AssayError) {
    guard case .awaitsAnswer = state, indices.allSatisfy(offered.indices.contains) else {
      throw AssayError(.protocolViolation, "The worker asks for files that nobody offered.")
    }
    state = .sends(indices.map { offered[$0] }[...], nil)
  }

  /// The next frame for the worker; `nil` until it answers, or if it has all.
  ///
  /// - Throws: `.inputOutput` if a file cannot be read.
  func nextFrame() throws(AssayError) -> [UInt8]? {
    switch state {
    case .begins: return try offer(content.files)
    case .awaitsAnswer, .hasEnded: return nil
    case .sends(let files, let open):
      guard let file = files.first else { return try offer(imageList?.next(Self.offerLength) ?? []) }
      let open = if let open { open } else { try OpenFile(file) }
      let piece = try open.nextPiece()
      state = open.isComplete ? .sends(files.dropFirst(), nil) : .sends(files, open)
      return Frame.raw(.content, piece)
    }
  }

  private func offer(_ files: [SourceFile]) throws(AssayError) -> [UInt8] {
    offered = files
    state = files.isEmpty ? .hasEnded : .awaitsAnswer
    return try Frame.encoding(WorkerCommand.offer(files.map(\.offer)))
  }
}

/// The images of a manifest, with their hashes.
private final class ImageList {
  private var manifest: ImageManifestReader
  private let isInterrupted: () -> Bool

  init(_ path: String, isInterrupted: @escaping () -> Bool) throws(AssayError) {
    manifest = try ImageManifestReader(opening: path)
    self.isInterrupted = isInterrupted
  }

  func next(_ count: Int) throws(AssayError) -> [SourceFile] {
    var files: [SourceFile] = []
    while files.count < count, let image = try manifest.next() {
      let digest = try digest(of: image)
      files.append(
        SourceFile(
          path: image.path,
          offer: OfferedFile(sha256: digest.sha256, bytes: digest.bytes, name: image.name, label: image.label)))
    }
    return files
  }

  /// An image that cannot be read is one that cannot be decoded: the worker gets an empty file and reports it.
  private func digest(of image: LabelledImage) throws(AssayError) -> SHA256.FileDigest {
    do throws(AssayError) {
      return try SHA256.digest(ofFile: image.path, isInterrupted: isInterrupted)
    } catch {
      guard error.code != .interrupted else { throw error }
      return .empty
    }
  }
}

extension SHA256.FileDigest {
  fileprivate static let empty = SHA256.FileDigest(bytes: 0, sha256: SHA256.hexDigest(of: ""))
}

/// A file that is being sent.
private final class OpenFile {
  private let source: SourceFile
  private let file: FileDescriptor?
  private var rest: Int
  private var buffer = [UInt8](repeating: 0, count: Frame.pieceLength)

  var isComplete: Bool { rest == 0 }

  init(_ source: SourceFile) throws(AssayError) {
    self.source = source
    rest = source.offer.bytes
    do throws(SystemError) {
      file = rest == 0 ? nil : try FileDescriptor(opening: source.path)
    } catch {
      throw AssayError(.inputOutput, "Cannot read \(source.path): \(error).")
    }
  }

  /// At most as much as was offered, so that a file that grows does not confuse the worker.
  func nextPiece() throws(AssayError) -> ArraySlice<UInt8> {
    guard let file else { return [] }
    do throws(SystemError) {
      let count = min(try file.read(into: &buffer), rest)
      rest -= count
      guard count == 0 else { return buffer[..<count] }
    } catch {
      throw AssayError(.inputOutput, "Cannot read \(source.path): \(error).")
    }
    throw AssayError(.inputOutput, "\(source.path) was truncated while it was sent.", advice: "Start the run again.")
  }
}

extension Frame {
  /// Encodes a value as a message.
  static func encoding(_ value: some Encodable) throws(AssayError) -> [UInt8] {
    do {
      return message(try JSONEncoder().encode(value))
    } catch {
      throw AssayError(.protocolViolation, "Cannot encode a message for the worker: \(error)")
    }
  }
}
