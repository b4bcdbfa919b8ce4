/// The part of many things that readers see: all up to a limit. Hostile or very long runs must not make a page of many megabytes.
struct Excerpt<Element> {
  let shown: [Element]
  /// How many there are.
  let count: Int
  private let choice: String

  /// Some from the whole length, the first and the last among them.
  ///
  /// - Parameter total: how many there are, if `items` is a part of them.
  init(evenly items: [Element], limit: Int, of total: Int? = nil) {
    count = max(total ?? 0, items.count)
    choice = "evenly chosen"
    shown =
      items.count <= limit || limit < 2
      ? Array(items.prefix(limit)) : (0..<limit).map { items[$0 * (items.count - 1) / (limit - 1)] }
  }

  /// The first ones, in lists that begin with what matters most.
  init(first items: [Element], limit: Int) {
    count = items.count
    choice = "the first"
    shown = Array(items.prefix(limit))
  }

  /// ` (200 of 400,000, evenly chosen)`; empty if all are shown.
  var note: String { isWhole ? "" : " (\(shown.count) of \(Figures.grouped(count)), \(choice))" }

  /// `and 399,800 more`; `nil` if all are shown.
  var rest: String? { isWhole ? nil : "and \(Figures.grouped(count - shown.count)) more" }

  private var isWhole: Bool { shown.count == count }
}
