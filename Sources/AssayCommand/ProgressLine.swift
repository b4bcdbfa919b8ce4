import AssayCore

/// One line on a terminal that is written over and over.
final class ProgressLine {
  private let isShown: Bool
  private var isDirty = false

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ text: String) {
    guard isShown else { return }
    Terminal.write("\r\u{1B}[K\(text.printable.prefix(max(Terminal.width - 1, 1)))")
    isDirty = true
  }

  func clear() {
    guard isDirty else { return }
    Terminal.write("\r\u{1B}[K")
    isDirty = false
  }
}
