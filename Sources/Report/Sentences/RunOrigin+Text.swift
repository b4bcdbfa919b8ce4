import AssayCore

extension RunOrigin {
  /// `7b499800 of main, with uncommitted changes`; `nil` without a commit.
  var revision: String? {
    commit.map { commit in
      "\(commit.prefix(8))" + (branch.map { " of \($0)" } ?? "")
        + (isChanged == true ? ", with uncommitted changes" : "")
    }
  }

  /// The commits and notes of reports, each once.
  static func texts(_ reports: [CellReport]) -> [String] {
    var seen: Set<String> = []
    return reports.flatMap { [$0.origin?.revision.map { "commit \($0)" }, $0.origin?.note] }
      .compactMap { $0?.printable }
      .filter { seen.insert($0).inserted }
  }
}
