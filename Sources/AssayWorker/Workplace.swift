import AssayCore
import Datasets
import Platform

/// The private folder of one run whose worker shares no files with its parent: the model under its own name, the list of images, and what is
/// recorded until the parent has it.
struct Workplace {
  private let store: ContentStore
  private let place: LockedFolder
  private var folder: String { place.path }

  /// - Throws: `.inputOutput`
  init(environment: [String: String]) throws(AssayError) {
    store = try ContentStore(environment: environment)
    let runs = "\(store.root)/runs"
    do throws(SystemError) {
      try Folder.make(runs)
      place = try LockedFolder(in: runs)
    } catch {
      throw ContentStore.failure("Cannot make a folder in \(runs)", error)
    }
  }

  func remove() { place.remove() }

  /// Takes the files that the parent offers, and lays them out.
  ///
  /// - Returns: the cell and the job with paths of this machine.
  /// - Throws: `.inputOutput`, `.interrupted`, `.protocolViolation`
  func receive(_ spec: CellSpec, _ job: CellJob, from channel: ProtocolChannel) throws(AssayError)
    -> (spec: CellSpec, job: CellJob)
  {
    let delivery = job.delivery ?? Delivery(modelName: "")
    let receiver = ContentReceiver(channel: channel, store: store)
    let manifestPath = "\(folder)/images"
    let manifest = try ImageManifestWriter(creating: manifestPath)
    var inputFiles: [InputFile] = []
    while let files = try receiver.nextFiles() {
      for file in files {
        if let label = file.label {
          try manifest.append(LabelledImage(path: store.path(of: file), label: label, name: file.name))
        } else if file.isInput {
          inputFiles.append(InputFile(path: store.path(of: file), sha256: file.sha256))
        } else {
          try layOut(file)
        }
      }
    }
    try manifest.finish()
    var (spec, job) = (spec, job)
    spec.model.path = try path(ofModelFile: delivery.modelName)
    job.recordLogPath = "\(folder)/records"
    job.readable = [folder, store.folder]
    job.images?.path = manifestPath
    job.inputFiles = inputFiles
    job.outputsPath = job.outputsPath.map { _ in "\(folder)/outputs.npz" }
    job.predictionsPath = job.predictionsPath.map { _ in "\(folder)/predictions.csv" }
    job.telemetryPath = job.telemetryPath.map { _ in "\(folder)/telemetry.jsonl" }
    return (spec, job)
  }

  private func layOut(_ file: OfferedFile) throws(AssayError) {
    let path = try path(ofModelFile: file.name)
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? folder
    do throws(SystemError) {
      try Folder.make(parent)
    } catch {
      throw ContentStore.failure("Cannot make the folder \(parent)", error)
    }
    try store.link(file, to: path)
  }

  /// - Throws: `.protocolViolation` for a name that leads out of the folder.
  private func path(ofModelFile name: String) throws(AssayError) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
      throw AssayError(.protocolViolation, "The name of a model's file is '\(name)', which is no relative path.")
    }
    return "\(folder)/model/\(name)"
  }
}

/// Takes files from the parent.
private struct ContentReceiver {
  let channel: ProtocolChannel
  let store: ContentStore

  /// Waits for an offer and takes the files that are missing.
  ///
  /// - Returns: the offered files, which are all in the store; `nil` at the end.
  func nextFiles() throws(AssayError) -> [OfferedFile]? {
    guard case .offer(let files)? = try nextFrame().command else { throw Self.interrupted }
    if files.isEmpty { return nil }
    for file in files where file.sha256.count != 64 || !file.sha256.allSatisfy(\.isHexDigit) {
      throw AssayError(.protocolViolation, "'\(file.sha256)' is no SHA-256.")
    }
    var asked: Set<String> = []
    let lacking = files.indices.filter { !store.holds(files[$0]) && asked.insert(files[$0].sha256).inserted }
    channel.send(.lacking(lacking))
    for index in lacking {
      try store.receive(files[index]) { () throws(AssayError) in
        let frame = try nextFrame()
        guard frame.kind == .content else { throw Self.interrupted }
        return frame.bytes
      }
    }
    return files
  }

  private func nextFrame() throws(AssayError) -> Frame {
    guard let frame = try channel.receiveFrame() else { throw Self.interrupted }
    return frame
  }

  private static let interrupted = AssayError(.interrupted, "Interrupted while the model and the images were sent.")
}
