import AssayCore

extension RunOrigin {
  /// `7b499800 of main, with uncommitted changes`; `nil` without a commit.
  var revision: String? {
    commit.map { commit in
      "\(commit.prefix(8))" + (branch.map { " of \($0)" } ?? "")
        + (isChanged == true ? ", with uncommitted changes" : "")
    }
  }
}
