import Assay
import AssayCore
import Foundation
import Report

/// Passes the events of a run to a view on the terminal and to the file of `--events`.
final class EventReaders {
  private var view: any EventView
  private let showsMessages: Bool
  private let isVerbose: Bool
  private let showsProgress: Bool
  private let lines: TextSink?
  private var drawnLines = 0
  /// Of each cell.
  private var takesImages: [Bool] = []

  /// Seconds between two progress events in a file.
  private static let fileInterval = 1.0

  /// - Parameters:
  ///   - isQuiet: shows nothing on the terminal.
  ///   - isVerbose: also shows what each input gets.
  init(
    events path: String? = nil, isQuiet: Bool, isVerbose: Bool = false, view: any EventView
  ) throws(AssayError) {
    self.isVerbose = isVerbose
    self.view = view
    showsMessages = !isQuiet
    showsProgress = !isQuiet && Terminal.isInteractive
    lines = if let path { try TextSink(path: path) } else { nil }
  }

  /// The stream that feeds the readers. If none shows progress, the parent sleeps until a worker sends a message.
  func stream() -> EventStream {
    let intervals = [showsProgress ? view.interval : nil, lines == nil ? nil : Self.fileInterval]
    return EventStream(progressInterval: intervals.compactMap(\.self).min()) { [self] in receive($0) }
  }

  /// Shows a message above the progress lines.
  func say(_ message: String) {
    guard showsMessages else { return }
    draw([])
    Terminal.message(message)
  }

  /// Clears the progress lines.
  func end() { draw([]) }

  private func receive(_ event: TimedEvent) {
    write(event)
    var text = view.receive(event)
    if isVerbose { text.messages += inputMessages(event) }
    if showsMessages && !text.messages.isEmpty {
      draw([])
      for message in text.messages { Terminal.message(message) }
    }
    if let lines = text.lines { draw(lines) }
  }

  /// What each input gets. The only input of a cell that is given images gets these.
  private func inputMessages(_ event: TimedEvent) -> [String] {
    switch event.event {
    case .plan(let plan): takesImages = plan.cells.map { $0.measure.images != nil }
    case .ready(let cell, let session):
      let hasOnlyImages = takesImages.indices.contains(cell - 1) && takesImages[cell - 1] && session.inputs.count == 1
      return hasOnlyImages ? [] : session.inputMessages
    default: break
    }
    return []
  }

  /// If the file cannot be written, the run continues.
  private func write(_ event: TimedEvent) {
    guard let lines else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try lines.write(RunDocuments.escaped(String(decoding: try encoder.encode(event), as: UTF8.self)) + "\n")
    } catch {
      Terminal.message("assay: Cannot write an event: \(error)")
    }
  }

  private func draw(_ lines: [String]) {
    guard showsProgress else { return }
    if drawnLines > 0 {
      let up = drawnLines > 1 ? "\u{1B}[\(drawnLines - 1)A" : ""
      Terminal.write("\r\(up)\u{1B}[J")
    }
    // A wrapped line could not be overwritten.
    Terminal.write(lines.map { String($0.printable.prefix(Terminal.width - 1)) }.joined(separator: "\n"))
    drawnLines = lines.count
  }
}
