public import AssayCore

extension DatasetDescription {
  /// Layout and sample.
  var text: String { [layout, sampling.map { "used: \($0)" }].compactMap(\.self).joined(separator: "; ") }

  /// `500 images in 500 class folders named by index`
  public var layout: String {
    let how =
      switch labels {
      case .folders(let folders): Self.text(of: folders)
      case .file(let file): Self.text(of: file)
      case .recorded(let text): text
      }
    let background = backgroundList.map { "; the background class that \($0) begins with is not counted" } ?? ""
    return (images.map { "\($0) images " } ?? "") + how + background
  }

  /// `100 of 500 images, stratified by class, seed 1`; `nil` if all are used.
  public var sampling: String? {
    sample.map { sample in
      "\(sample.count) of \(images.map { "\($0) " } ?? "")images, stratified by class, seed \(sample.seed)"
    }
  }

  private static func text(of folders: ClassFolders) -> String {
    let naming =
      switch folders.naming {
      case .index: "named by index"
      case .name: "named as in \(folders.list ?? "the list of classes")"
      case .rank: "labelled by the rank of their names"
      }
    let empty = folders.emptyClasses > 0 ? ", \(folders.emptyClasses) of them empty" : ""
    return "in \(folders.classes) class folders \(naming)\(empty)"
  }

  private static func text(of file: LabelFile) -> String {
    switch file.format {
    case .names: "labelled by name in \(file.name)"
    case .order: "labelled in the sorted order of their names by \(file.name)"
    case .columns:
      "labelled by the columns \(file.imageColumn ?? "") and \(file.labelColumn ?? "") of \(file.name)"
    }
  }
}
