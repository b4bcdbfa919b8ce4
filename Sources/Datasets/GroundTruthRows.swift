import AssayCore

/// The layout of the rows of a ground-truth file.
enum GroundTruthFormat: Equatable {
  /// `name label`: ImageNet's val.txt.
  case nameThenLabel
  /// `label name`.
  case labelThenName
  /// One label per row, in the sorted order of the images: the evaluation tool of TFLite.
  case labelsInOrder
  /// Comma-separated, with a header; the names of its columns or the first row tell which these are.
  case csv(image: Int, label: Int, names: [String])

  var hasHeader: Bool { if case .csv = self { true } else { false } }

  func description(of file: String) -> DatasetDescription.LabelFile {
    switch self {
    case .nameThenLabel, .labelThenName: .init(name: file, format: .names)
    case .labelsInOrder: .init(name: file, format: .order)
    case .csv(let image, let label, let names):
      .init(name: file, format: .columns, imageColumn: names[image], labelColumn: names[label])
    }
  }
}

/// Finds the format of a ground-truth file in its first row, and reads rows.
struct GroundTruthRows {
  let format: GroundTruthFormat
  private let images: NameList
  private let folder: String
  private let labels: LabelReader

  /// - Throws: `.badData` if the first row fits two formats, or a CSV file has no header.
  init(
    _ first: String, from lines: inout TextLines, images: NameList, folder: String, labels: LabelReader
  ) throws(AssayError) {
    (self.images, self.folder, self.labels) = (images, folder, labels)
    if let csv = try Self.csvFormat(first, from: &lines, images: images, labels: labels) {
      format = csv
    } else {
      format = try Self.format(of: first, at: lines.place, images: images, labels: labels)
    }
  }

  /// The index of the image in the list, and its label.
  ///
  /// - Parameter position: of the row, from 0.
  func read(
    _ line: String, position: Int, from lines: inout TextLines
  ) throws(AssayError) -> (image: Int, label: Int) {
    let place = lines.place
    switch format {
    case .labelsInOrder:
      guard position < images.count else {
        throw AssayError(
          .badData, "\(place) is one row more than there are images in \(folder) (\(images.count)).",
          advice: "One label for every image is expected, in the sorted order of their names.")
      }
      return (position, try labels.label(String(line.trimmed), at: place))
    case .csv(let image, let label, let names):
      let fields = try lines.csvFields(beginningWith: line)
      guard fields.count == names.count else {
        throw AssayError(.badData, "\(place) has \(fields.count) columns; the header has \(names.count).")
      }
      return (try index(of: fields[image], at: place), try labels.label(text(fields[label]), at: place))
    case .nameThenLabel, .labelThenName:
      let pair = try pair(line, at: place)
      return (try index(of: pair.name, at: place), try labels.label(pair.label, at: place))
    }
  }

  /// The label in a field. ImageNet's table of boxes has them behind the class: `n01751748 111 108 230 366`.
  private func text(_ field: String) -> String {
    guard !labels.reads(field), let word = field.split(separator: " ").first.map(String.init) else { return field }
    return labels.reads(word) ? word : field
  }

  // MARK: Pairs

  /// The two halves of a row, in the order of the format. If more than one space could separate them, a name in the folder decides.
  private func pair(_ line: String, at place: String) throws(AssayError) -> (name: String, label: String) {
    let splits = Self.splits(line)
    guard let first = splits.first, let last = splits.last else {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).count
      throw AssayError(
        .badData,
        "\(place) has \(columns) column\(columns == 1 ? "" : "s") (\(line.quoted)); an image and its label are expected."
      )
    }
    let isNameFirst = format == .nameThenLabel
    let pairs = splits.map { isNameFirst ? (name: $0.0, label: $0.1) : (name: $0.1, label: $0.0) }
    let known = pairs.filter { Self.index(of: $0.name, in: images) != nil }
    if known.count > 1 {
      throw AssayError(
        .badData,
        "\(place) can be read in two ways: the image \(known[0].name.quoted) of class \(known[0].label.quoted), or the image \(known[1].name.quoted) of class \(known[1].label.quoted).",
        advice: "Put a tab between the image and its label.")
    }
    // If the image is missing, the longer name is more likely, unless that leaves no label.
    let longest = isNameFirst ? last : first
    let fallback = isNameFirst ? (name: longest.0, label: longest.1) : (name: longest.1, label: longest.0)
    return known.first ?? fallback
  }

  /// At the tab, else at the first and the last space; empty without any, or with more than one tab. Of the columns of Tiny ImageNet's
  /// val_annotations.txt, which has a box behind each label, the first two.
  private static func splits(_ line: String) -> [(String, String)] {
    let line = line.trimmed
    func split(at index: Substring.Index) -> (String, String) {
      (String(line[..<index].trimmed), String(line[index...].trimmed))
    }
    if let tab = line.firstIndex(of: "\t") {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0.trimmed) }
      if columns.count == 6, columns[2...].allSatisfy({ Int($0) != nil }) { return [(columns[0], columns[1])] }
      return columns.count > 2 ? [] : [split(at: tab)]
    }
    guard let first = line.firstIndex(of: " "), let last = line.lastIndex(of: " ") else { return [] }
    let halves = [split(at: first), split(at: last)]
    return halves[0] == halves[1] ? [halves[0]] : halves
  }

  private func index(of name: String, at place: String) throws(AssayError) -> Int {
    let found = Self.indices(of: name, in: images)
    guard let index = found.first else {
      throw AssayError(
        .badData, "\(place) names the image \(name.quoted), which is not in \(folder).",
        advice:
          "Names are paths from the image folder, with or without a suffix such as .jpg. A row is an image and its label, or a label alone; classes by name need --labels FILE."
      )
    }
    guard found.count == 1 else {
      throw AssayError(
        .badData,
        "\(place) names the image \(name.quoted), which could be \(images[found[0]]) or \(images[found[1]]) in \(folder).",
        advice: "Write the names with their suffixes.")
    }
    return index
  }

  private static func index(of name: String, in images: NameList) -> Int? { indices(of: name, in: images).first }

  /// The image of that name or, where there is none, those that have it before their suffix.
  private static func indices(of name: String, in images: NameList) -> [Int] {
    let name = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    if let index = images.index(of: name) { return [index] }
    guard !name.isEmpty else { return [] }
    return images.indices(withPrefix: name + ".").filter { index in
      !images[index].dropFirst(name.count + 1).contains { $0 == "." || $0 == "/" }
    }
  }

  // MARK: The format

  private static func format(
    of line: String, at place: String, images: NameList, labels: LabelReader
  ) throws(AssayError) -> GroundTruthFormat {
    let splits = splits(line)
    var readings: [(format: GroundTruthFormat, words: String)] = []
    for (one, other) in splits where index(of: one, in: images) != nil && labels.reads(other) {
      readings.append((.nameThenLabel, "the image \(one.quoted) of class \(other.quoted)"))
    }
    for (one, other) in splits where index(of: other, in: images) != nil && labels.reads(one) {
      readings.append((.labelThenName, "class \(one.quoted) for the image \(other.quoted)"))
    }
    if labels.reads(String(line.trimmed)) {
      readings.append((.labelsInOrder, "class \(line.trimmed.quoted) for the first image, \(images[0].quoted)"))
    }
    guard let first = readings.first else {
      return splits.isEmpty && !line.contains("\t") ? .labelsInOrder : .nameThenLabel
    }
    if let other = readings.first(where: { $0.format != first.format }) {
      throw AssayError(
        .badData, "\(place) can be read in two ways: \(first.words), or \(other.words).",
        advice: "Write the file as CSV, with the header image,label: then the columns decide.")
    }
    return first.format
  }

  /// `nil` if neither the name of the file nor its first line says that it is CSV.
  private static func csvFormat(
    _ header: String, from lines: inout TextLines, images: NameList, labels: LabelReader
  ) throws(AssayError) -> GroundTruthFormat? {
    let isNamedSo = lines.path.lowercased().hasSuffix(".csv")
    guard isNamedSo || header.contains(",") else { return nil }
    let path = lines.path
    let fields: [String]
    do throws(AssayError) {
      fields = try lines.csvFields(beginningWith: header)
    } catch {
      guard isNamedSo else { return nil }
      throw error
    }
    var imageColumns = columns(in: fields, named: imageTitles)
    var labelColumns = columns(in: fields, named: labelTitles)
    if imageColumns.isEmpty || labelColumns.isEmpty, let row = firstRow(of: path), row.count == fields.count {
      // Titles that say nothing: the first row tells which column names an image.
      if imageColumns.isEmpty {
        imageColumns = row.indices.filter { !labelColumns.contains($0) && index(of: row[$0], in: images) != nil }
      }
      if labelColumns.isEmpty {
        labelColumns = row.indices.filter { !imageColumns.contains($0) && labels.reads(row[$0]) }
      }
    }
    guard let image = try single(imageColumns, of: fields, titles: imageTitles, isNamedSo, path),
      let label = try single(labelColumns, of: fields, titles: labelTitles, isNamedSo, path)
    else { return nil }
    return .csv(image: image, label: label, names: fields)
  }

  /// Titles in small letters, without what is no letter or digit.
  private static let imageTitles = [
    "image", "filename", "file", "path", "imagepath", "imagename", "imagefile", "imageid", "filepath", "img", "imgid",
    "imgname", "imgpath",
  ]
  private static let labelTitles = [
    "label", "class", "classid", "labelid", "classindex", "category", "categoryid", "target", "synset", "wnid",
    "groundtruth", "predictionstring",
  ]

  private static func columns(in header: [String], named titles: [String]) -> [Int] {
    header.indices.filter { titles.contains(header[$0].lowercased().filter { $0.isLetter || $0.isNumber }) }
  }

  /// The fields of the row below the header; `nil` if there is none or it cannot be read, which reading the rows reports.
  private static func firstRow(of path: String) -> [String]? {
    guard var lines = try? TextLines(opening: path), let header = try? lines.next(),
      (try? lines.csvFields(beginningWith: header)) != nil, let row = try? lines.next()
    else { return nil }
    return try? lines.csvFields(beginningWith: row)
  }

  private static func single(
    _ found: [Int], of header: [String], titles: [String], _ isRequired: Bool, _ path: String
  ) throws(AssayError) -> Int? {
    if let first = found.first, found.count == 1 { return first }
    guard isRequired || found.count > 1 else { return nil }
    let fault = found.isEmpty ? "has none of the columns" : "has more than one of the columns"
    throw AssayError(
      .badData,
      "\(path) \(fault) \(titles.joined(separator: ", ")): its header is \(header.joined(separator: ",").quoted).",
      advice: "A CSV file needs a header with one column for the image and one for its label.")
  }
}
