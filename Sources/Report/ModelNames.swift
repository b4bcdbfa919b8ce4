public import AssayCore

/// What models are called where several are shown: the shortest end of its path that tells each from the others.
public struct ModelNames: Sendable {
  private let names: [String: String]

  public init(_ paths: some Sequence<String>) {
    let distinct = Set(paths)
    let parts = Dictionary(
      uniqueKeysWithValues: distinct.map { ($0, $0.split(separator: "/").filter { $0 != "." }.map(String.init)) })
    var names: [String: String] = [:]
    var unnamed = Array(distinct)
    var length = 1
    while !unnamed.isEmpty {
      let ends = Dictionary(grouping: unnamed) { (parts[$0] ?? []).suffix(length).joined(separator: "/") }
      unnamed = []
      for (end, paths) in ends {
        for path in paths {
          let isWhole = (parts[path]?.count ?? 0) <= length
          if paths.count == 1 || isWhole {
            names[path] = (paths.count > 1 || end.isEmpty ? path : end).printable
          } else {
            unnamed.append(path)
          }
        }
      }
      length += 1
    }
    self.names = names
  }

  public init(_ models: some Sequence<ModelReference>) { self.init(models.map(\.path)) }

  public subscript(model: ModelReference) -> String { self[model.path] }

  public subscript(path: String) -> String { names[path] ?? ModelReference(path: path).name.printable }
}
