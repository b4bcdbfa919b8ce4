import AssayCore
import Foundation
import PublishedResults
import Study
import TestSupport
import Testing

@testable import Report

@Suite("The study of the thesis regenerates its tables")
struct StudyTableTests {
  private let document: StudyDocument

  init() throws {
    let published = PublishedResults.shipped
    let study = try StudyReader(
      publishedTables: published.tables.map(\.number), publishedSources: published.sources.map(\.name)
    ).read(PackageFiles.path("Examples/edge-2020.yaml"))
    document = StudyDocument(
      study, results: StudyResults(measured: [], published: published, ownSource: study.published))
  }

  /// Every numbered table of Chapters 1 to 5.
  private static let numbers =
    ["1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"]
    + ["5.1", "5.2", "5.3", "5.4", "5.5"]

  @Test("Every cell of every table is the thesis', but for the one that contradicts the others", arguments: numbers)
  func cells(number: String) throws {
    let table = try #require(document.tables.first { $0.number == number })
    guard let path = PackageFiles.shared("../design/THESIS.txt") else { return }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let caption = try #require(lines.firstIndex { $0.hasPrefix("TABLE \(number). ") })
    let block = lines[..<caption].reversed().drop { $0.isEmpty }.prefix { $0.contains("\t") }.reversed()
    // One line of headings, or two.
    #expect((1...2).contains(block.count - table.rows.count), "\(block.count) lines, \(table.rows.count) rows")
    var different: [String] = []
    for (line, row) in zip(block.suffix(table.rows.count), table.rows) {
      let expected = line.split(separator: "\t", omittingEmptySubsequences: false).map { Self.plain(String($0)) }
      try #require(expected.count == row.count, "\(line)")
      for (printed, cell) in zip(expected, row) where printed != cell.text {
        different.append("\(printed) → \(cell.text)")
      }
    }
    #expect(different == (number == "5.3" ? ["MobileNet v1 → MobileNet v2"] : []))
  }

  /// Without marks of footnotes and references, and with the device's usual name.
  private static func plain(_ text: String) -> String {
    let plain = text.replacing(#/ \[\d+\]|¹/#, with: "").trimmingCharacters(in: .whitespaces)
    return plain == "Coral USB" ? "Coral USB Accelerator" : plain
  }

  @Test("A fresh measurement stands beside the literature, with what differs in method")
  func fresh() throws {
    let sandbox = try Sandbox()
    let text = """
      study: 1
      name: fresh
      models: [{name: mobilenet-v2, path: a.tflite}]
      targets: [{name: t, target: litert}]
      measures: [{name: m, kind: latency}]
      cells: [{threads: 1}]
      report: {sections: [{title: T, show: [{table: earlier-work}, {table: methods}]}]}
      """
    let study = try StudyReader(publishedTables: [], publishedSources: [])
      .read(sandbox.write(Data(text.utf8), to: "fresh.yaml"))
    var own = Observation(source: "assay", place: "run 7", model: "mobilenet-v2", framework: "litert", device: "here")
    own.quantities[.latency] = .measured(2)
    let document = StudyDocument(study, results: StudyResults(measured: [own], published: .shipped, ownSource: nil))
    let report = document.markdown(pictures: nil)
    #expect(
      report.contains(
        "| google, Table 2.2 | Coral USB Accelerator | MobileNet v2 | TensorFlow Lite, on Desktop CPU | 2.6 | here, litert (run 7) | 2.000 | 1.30 |"
      ), "\(report)")
    #expect(report.contains("How google measured – what is timed: the device alone (Assay: "), "\(report)")
    #expect(report.contains("program: C++ (Assay: Swift on the engine's C interface)"), "\(report)")
  }

  @Test("The report is the one that was reviewed")
  func markdown() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/edge-2020.md")
    let text = document.markdown(pictures: "figures")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil { try Data(text.utf8).write(to: file) }
    let expected = try String(contentsOf: file, encoding: .utf8)
    let changes = text.split(separator: "\n").difference(from: expected.split(separator: "\n"))
    #expect(changes.isEmpty, "Record it anew with RECORD_SNAPSHOTS=1, and review it: \(changes)")
  }

  @Test("The cell that the thesis contradicts says so below the table")
  func footnote() throws {
    let table = try #require(document.tables.first { $0.number == "5.3" })
    let cell = try #require(table.rows.first?.last)
    #expect(cell.text == "MobileNet v2" && cell.footnotes == [0])
    #expect(table.footnotes[0].contains("MobileNet v1 takes 584.96 ms"))
  }

  @Test("What has no results is missing by name, and without published results that is all")
  func missing() throws {
    // The thesis publishes no single inferences.
    #expect(document.missing == ["figure stress-scatter", "figure stress-histogram"])
    let study = try StudyReader(
      publishedTables: PublishedResults.shipped.tables.map(\.number), publishedSources: ["thesis"]
    ).read(PackageFiles.path("Examples/edge-2020.yaml"))
    let empty = StudyDocument(study, results: StudyResults(measured: [], published: nil, ownSource: nil))
    #expect(empty.tables.isEmpty && empty.figures.isEmpty)
    #expect(empty.missing.contains("table best-time") && empty.missing.contains("published table 2.1"))
  }

  @Test("Every table has a file of CSV and of LaTeX, and special characters stay text")
  func files() throws {
    let csv = document.csvFiles()
    let best = try #require(csv.first { $0.name == "table-5.3.csv" })
    #expect(
      best.text == """
        Device,Best inference time (ms),Corresponding model
        Raspberry Pi,523.70,MobileNet v2
        Jetson Nano,1.50,AlexNet
        Coral USB Accelerator,3.37,MobileNet v1
        Intel NCS2,11.55,SqueezeNet

        """)
    let latex = document.latexFiles(pictures: "figures")
    #expect(latex.count == csv.count + 1 && latex[0].name == "report.tex")
    #expect(latex[0].text.contains("\\input{table-5.3}"))
    #expect(latex[0].text.contains("\\includegraphics[width=\\linewidth]{figures/figure-5.5.pdf}"))
    #expect(LaTeX.text("50 % of a_b & {c}\\") == "50 \\% of a\\_b \\& \\{c\\}\\textbackslash{}")
    // LaTeX in its default encoding knows no other characters.
    for (name, text) in latex {
      #expect(text.unicodeScalars.allSatisfy { $0.value < 0x100 }, "\(name) has characters that LaTeX may not know")
    }
  }

  @Test("A page has a heading per section and an anchor per table and figure")
  func page() {
    let page = document.html(bundle: "/* the bundle */")
    #expect(page.contains("<h2>Related works</h2>") && page.contains("id=\"table-5.3\""))
    #expect(page.contains("id=\"figure-5.5\"") && page.contains("colspan=\"2\""))
  }

  @Test("Letters of footnotes go on after z")
  func letters() {
    #expect([0, 25, 26, 51, 52].map(StudyTable.letter) == ["a", "z", "aa", "az", "ba"])
  }
}
