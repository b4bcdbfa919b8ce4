/// What a run belongs to beside its cell: the sources that it was started among, and a note of the user.
public struct RunOrigin: Codable, Hashable, Sendable {
  /// The commit of the folder in which the command was started: 40 or 64 hexadecimal digits. `nil` outside a repository.
  public var commit: String?
  /// `nil` where no branch is checked out.
  public var branch: String?
  /// Whether files that Git tracks there differ from the commit; `nil` without a commit.
  public var isChanged: Bool?
  /// The text of `--note`.
  public var note: String?

  public init(commit: String? = nil, branch: String? = nil, isChanged: Bool? = nil, note: String? = nil) {
    self.commit = commit
    self.branch = branch
    self.isChanged = isChanged
    self.note = note
  }

  /// The first letters of the commit, with a + for uncommitted changes: `7b499800+`.
  public var shortCommit: String? { commit.map { $0.prefix(8) + (isChanged == true ? "+" : "") } }

  enum CodingKeys: String, CodingKey {
    case commit, branch, note
    case isChanged = "uncommitted_changes"
  }
}
