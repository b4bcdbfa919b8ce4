import AssayCore
import ChartRendering
import Foundation
import TestSupport
import Testing

@testable import Report

/// The JavaScript of charts as it is installed; `nil`, and a word about it, where it is not.
private let installedBundle: String? = {
  let bundle = try? ChartTool(environment: ProcessInfo.processInfo.environment).bundle()
  if bundle == nil {
    FileHandle.standardError.write(
      Data("What draws charts is not here, so not tested; get it with: make engines\n".utf8))
  }
  return bundle
}()

@Suite(
  "Pages are drawn by a browser", .serialized,
  .enabled(if: Browser.executable != nil && installedBundle != nil, "needs Chromium and: assay engines install charts"))
struct BrowserTests {
  enum Theme: String { case light, dark }

  /// Widths of a desk and of a phone.
  private static let widths = [1280, 375]
  private static let phone = 375
  private let bundle: String
  private let folder: String

  init() throws {
    bundle = try #require(installedBundle)
    folder = PackageFiles.path(".build/screenshots")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func write(_ runs: [ReportedRun], as name: String) throws -> String {
    let path = "\(folder)/\(name).html"
    try Data(ReportPage(runs, bundle: bundle).html().utf8).write(to: URL(filePath: path))
    return path
  }

  /// What every page must be, however it is looked at.
  private func check(_ page: BrowserPage, of path: String, width: Int) throws {
    let charts = try page.number("document.querySelectorAll('figure').length")
    #expect(charts > 0)
    #expect(try page.number("assayReport.drawn") == charts)
    #expect(try page.text("JSON.stringify(assayReport.errors)") == "[]")
    let empty = try page.text(
      """
      [...document.querySelectorAll('figure')].filter((figure) =>
        ![...figure.querySelectorAll('svg .role-mark path')].some((mark) => (mark.getAttribute('d') || '').length > 8)
      ).map((figure) => figure.id).join(' ')
      """)
    #expect(empty.isEmpty, "charts without marks")
    let unnamed = try page.number(
      "[...document.querySelectorAll('.chart')].filter((chart) => (chart.ariaLabel || '').length < 20).length")
    #expect(unnamed == 0, "every chart is told in words")
    #expect(try page.number("document.documentElement.scrollWidth") <= width, "nothing is wider than the page")
    #expect(page.complaints == [])
    #expect(
      page.requests.filter {
        $0 != URL(filePath: path).absoluteString && !$0.hasPrefix("data:") && !$0.hasPrefix("blob:")
      } == [])
  }

  /// Brightness of a colour that JavaScript tells as `rgb(…)`, 0 … 255.
  private func brightness(_ expression: String, in page: BrowserPage) throws -> Int {
    try page.number("(\(expression)).match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3 | 0")
  }

  private static let paper = "getComputedStyle(document.body).backgroundColor"
  private static let label = "getComputedStyle(document.querySelector('.role-axis-label text')).fill"

  @Test(
    "The four patterns, in light and dark, on a desk and on a phone",
    arguments: SampleRuns.Name.allCases, [(Theme.light, 1280), (.dark, 375)])
  func patterns(name: SampleRuns.Name, look: (theme: Theme, width: Int)) throws {
    let (theme, width) = look
    let path = try write([name.run], as: name.rawValue)
    let page = try BrowserPage(in: Browser(), width: width, isDark: theme == .dark)
    try page.open(path)
    try check(page, of: path, width: width)
    let (paper, label) = (try brightness(Self.paper, in: page), try brightness(Self.label, in: page))
    #expect(theme == .dark ? paper < 60 && label > 120 : paper > 220 && label < 130)
    try page.keepScreenshot("\(folder)/\(name.rawValue)-\(theme.rawValue)-\(width).png")
  }

  @Test("Several runs beside one another, with accuracies, and some that have no records", arguments: widths)
  func compared(width: Int) throws {
    let path = try write(SampleRuns.mixed, as: "compared")
    let page = try BrowserPage(in: Browser(), width: width, isDark: false)
    try page.open(path)
    try check(page, of: path, width: width)
    let ids = try page.text("[...document.querySelectorAll('figure')].map((figure) => figure.id).join(' ')")
    for id in ["medians", "accuracy", "medians-over-time", "percentiles", "cumulative", "time-1", "histogram-2"] {
      #expect(ids.split(separator: " ").contains(Substring(id)), "\(ids)")
    }
    let text = try page.text("document.body.innerText")
    #expect(text.contains("This run has no records; only its stored summary is shown."))
    #expect(text.contains("This run has no records and no latencies, so there is nothing to draw."))
    try page.keepScreenshot("\(folder)/compared-light-\(width).png")
  }

  @Test(
    "No label touches another, on a phone, a tablet and a desk", arguments: [390, 800, 1200],
    SampleRuns.labelled.map(\.name))
  func labels(width: Int, name: String) throws {
    let runs = try #require(SampleRuns.labelled.first { $0.name == name }).runs
    let path = try write(runs, as: "labels-\(name)-\(width)")
    let page = try BrowserPage(in: Browser(), width: width, isDark: false)
    try page.open(path)
    try check(page, of: path, width: width)
    #expect(try page.number("document.querySelectorAll('figure svg text').length") > 40)
    #expect(try page.text(Self.touchingLabels) == "")
    try page.keepScreenshot("\(folder)/labels-\(name)-\(width).png")
    let moved =
      "[...document.querySelectorAll('#\(try page.text("document.querySelector('figure').id")) .role-axis-label text')]"
    _ = try page.evaluate("\(moved)[1].setAttribute('transform', \(moved)[0].getAttribute('transform'))")
    #expect(try page.text(Self.touchingLabels) != "", "the check finds labels that touch")
  }

  /// Pairs of labels in a chart whose boxes overlap by more than a pixel. A label and its rim are two elements with one text and one box.
  private static let touchingLabels = """
    (() => {
      const found = [];
      for (const figure of document.querySelectorAll('figure')) {
        const labels = [...figure.querySelectorAll('svg text')].map((label) => {
          const box = label.getBoundingClientRect();
          const text = label.textContent.trim();
          return { text, box, key: text + [box.left, box.top].map(Math.round) };
        }).filter(({ text, box }) => text && box.width > 0);
        const seen = new Map(labels.map((label) => [label.key, label]));
        const all = [...seen.values()];
        all.forEach((one, index) => all.slice(index + 1).forEach((other) => {
          const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
          const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
          if (width > 1 && height > 1) found.push(figure.id + ': ' + one.text + ' / ' + other.text);
        }));
      }
      return found.join('\\n');
    })()
    """

  @Test("Ticks of time are evenly spaced, however long the run", arguments: [0.04, 1.2, 7, 95, 400, 10_800])
  func ticks(seconds: Double) throws {
    let run = SampleRuns.run("a on b", hours: seconds / 3600, pieces: 40) { 2 + 0.1 * SampleRuns.normal(&$1) + 0 * $0 }
    let path = try write([run], as: "ticks")
    for width in [390, 1200] {
      let page = try BrowserPage(in: Browser(), width: width, isDark: false)
      try page.open(path)
      let places = try page.text(
        """
        [...document.querySelector('#time-1 .role-axis-label:has(text)').querySelectorAll('text')]
          .map((label) => label.getBoundingClientRect()).map((box) => (box.left + box.right) / 2).join(' ')
        """
      ).split(separator: " ").compactMap { Double($0) }
      #expect(places.count > 2, "\(seconds) s at \(width): \(places)")
      let steps = zip(places.dropFirst(), places).map(-)
      let (least, most) = (steps.min() ?? 0, steps.max() ?? 0)
      #expect(most - least < 3, "\(seconds) s at \(width): \(places)")
    }
  }

  @Test("A line breaks where there were no inferences")
  func gaps() throws {
    let path = try write([SampleRuns.paused], as: "gaps")
    let page = try BrowserPage(in: Browser(), width: 1200, isDark: false)
    try page.open(path)
    let lines = try page.text(
      "[...document.querySelectorAll('#time-1 .mark-line path')].map((line) => line.getAttribute('d').split('M').length - 1).join(' ')"
    )
    #expect(lines.split(separator: " ").prefix(2) == ["2", "2"], "the median and p99 are drawn in two parts: \(lines)")
  }

  @Test("Tables sort by value and filter by words, with the keyboard alone")
  func tables() throws {
    let path = try write(SampleRuns.labelled[0].runs, as: "tables")
    let page = try BrowserPage(in: Browser(), width: 1200, isDark: false)
    try page.open(path)
    let column = "[...document.querySelectorAll('header table tbody tr:not([hidden]) td.number:nth-of-type(2)')]"
    let sorted = "\(column).map((cell) => Number(cell.dataset.value))"
    try page.press(
      "Enter", on: "[...document.querySelectorAll('header thead button')].find((b) => b.textContent === 'Median')")
    let up = try page.evaluate(sorted) as? [Double] ?? []
    #expect(up.count == SampleRuns.labelled[0].runs.count && up == up.sorted(), "\(up)")
    try page.press("Enter", on: "document.activeElement")
    #expect(try page.evaluate(sorted) as? [Double] == up.reversed())
    #expect(try page.text("document.querySelector('header th[aria-sort]').ariaSort") == "descending")
    _ = try page.evaluate("document.querySelector('header .filter input').focus()")
    try page.send("Input.insertText", ["text": "openvino net_3"])
    #expect(try page.number("\(column).length") == 1)
    #expect(page.complaints == [])
  }

  @Test("On paper no chart is cut, charts keep the size of their labels, and the head of a table is repeated")
  func paper() throws {
    let path = try write(SampleRuns.mixed, as: "paper")
    let page = try BrowserPage(in: Browser(), width: 1200, isDark: true)
    try page.open(path)
    _ = try page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    try page.emulate(isDark: true, media: "print")
    usleep(2_000_000)
    // A4 and Letter, both without margins of 14 mm.
    let highest = 950
    let figures = try page.text(
      """
      [...document.querySelectorAll('figure')].filter((figure) => {
        const style = getComputedStyle(figure);
        const isWhole = style.breakInside === 'avoid' || style.display === 'inline-block';
        return !isWhole || figure.getBoundingClientRect().height > \(highest)
          || figure.querySelector('svg').getAttribute('width') > 690;
      }).map((figure) => figure.id).join(' ')
      """)
    #expect(figures.isEmpty, "charts that a page would cut")
    let head = "getComputedStyle(document.querySelector('thead'))"
    #expect(try page.text("\(head).display + ' ' + \(head).breakInside") == "table-header-group avoid")
    #expect(try page.text("getComputedStyle(document.querySelector('thead button')).display") == "contents")
    #expect(try brightness(Self.paper, in: page) > 220)
    let pdf = try page.send("Page.printToPDF", ["printBackground": true, "preferCSSPageSize": true])
    let data = Data(base64Encoded: pdf["data"] as? String ?? "") ?? Data()
    #expect(data.starts(with: Data("%PDF".utf8)))
    try data.write(to: URL(filePath: "\(folder)/paper.pdf"))
  }

  @Test("A short run is drawn dot by dot")
  func short() throws {
    let path = try write([SampleRuns.short], as: "short")
    let page = try BrowserPage(in: Browser(), width: 1280, isDark: false)
    try page.open(path)
    try check(page, of: path, width: 1280)
    #expect(try page.number("document.querySelectorAll('#time-1 .mark-symbol path').length") >= 400)
    try page.keepScreenshot("\(folder)/short-light-1280.png")
  }

  @Test("Dragging in the overview zooms every panel; a legend hides a line; the pointer shows figures")
  func interaction() throws {
    let path = try write([SampleRuns.throttling], as: "interaction")
    let page = try BrowserPage(in: Browser(), width: 1280, isDark: false)
    try page.open(path)
    // The frame of the overview is where one drags.
    let place = try page.text(
      """
      (() => {
        const figure = document.querySelector('#time-1');
        figure.scrollIntoView({ block: 'end' });
        const box = figure.querySelector('.overview_group path.background').getBoundingClientRect();
        return [box.left, box.top, box.width, box.height].join(' ');
      })()
      """)
    let box = place.split(separator: " ").compactMap { Double($0) }
    try #require(box.count == 4)
    let labels =
      "[...document.querySelectorAll('#time-1 .role-axis-label text')].map((label) => label.textContent).join(' ')"
    let before = try page.text(labels)
    let y = box[1] + box[3] / 2
    try page.mouse("mouseMoved", box[0] + box[2] * 0.5, y)
    try page.mouse("mousePressed", box[0] + box[2] * 0.5, y, isDown: true)
    for step in 1...10 { try page.mouse("mouseMoved", box[0] + box[2] * (0.5 + 0.01 * Double(step)), y, isDown: true) }
    try page.mouse("mouseReleased", box[0] + box[2] * 0.6, y)
    usleep(500_000)
    let after = try page.text(labels)
    #expect(before != after)
    #expect(after.contains("1:40") && after.contains("1:35"), "\(after)")
    _ = try page.evaluate("document.querySelector('#time-1').scrollIntoView()")
    try page.mouse(
      "mouseMoved", box[0] + box[2] * 0.4,
      try Double(page.number("document.querySelector('#time-1').getBoundingClientRect().top | 0")) + 160)
    usleep(300_000)
    let tooltip = try page.text("document.querySelector('#vg-tooltip-element')?.innerText ?? ''")
    #expect(tooltip.contains("Median ms") && tooltip.contains("Inferences"), "\(tooltip)")
    try page.keepScreenshot("\(folder)/zoomed-light-1280.png")
    #expect(page.complaints == [])
  }

  @Test("The button changes the theme, print is light, and data and specification can be saved")
  func controls() throws {
    let path = try write([SampleRuns.fourModes], as: "controls")
    let page = try BrowserPage(in: Browser(), width: 1280, isDark: false)
    try page.open(path)
    _ = try page.evaluate("document.getElementById('theme').click(); document.getElementById('theme').click()")
    #expect(try page.text("document.getElementById('theme').textContent") == "Theme: dark")
    #expect(try brightness(Self.paper, in: page) < 60)
    #expect(try brightness(Self.label, in: page) > 120)
    try page.emulate(isDark: true, media: "print")
    #expect(try brightness(Self.paper, in: page) > 220)
    #expect(try brightness(Self.label, in: page) < 130)
    try page.emulate(isDark: false)
    let saved = try page.text(
      """
      (async () => {
        const blobs = [];
        URL.createObjectURL = (blob) => { blobs.push(blob); return 'blob:none'; };
        HTMLAnchorElement.prototype.click = function () { blobs.push(this.download); };
        for (const link of document.querySelectorAll('#histogram-1 .downloads a')) link.dispatchEvent(new MouseEvent('click'));
        return (await Promise.all(blobs.map((blob) => typeof blob === 'string' ? blob : blob.text()))).join('§§');
      })()
      """)
    let parts = saved.components(separatedBy: "§§")
    #expect(parts.count == 6)
    #expect(parts.first?.hasPrefix("from_ms,to_ms,count\n") == true)
    #expect(parts.dropFirst().first == "histogram-1-histogram.csv")
    #expect(parts.last == "histogram-1.vl.json")
    #expect(!saved.contains("var(--"), "a saved specification has colours, not variables of the page")
  }

  @Test("Hostile names stay text")
  func hostile() throws {
    let name = "</script><img src=x onerror='window.hacked=1'><!-- \"'&\u{2028}{{7*7}}"
    var run = SampleRuns.fourModes
    run.title = name
    run.report = SampleRuns.cell("/models/\(name)")
    run.telemetry = TelemetrySeries(
      sensors: [
        Sensor(id: "a", name: name, quantity: .temperature, source: name),
        Sensor(id: "b", name: "b", quantity: .temperature, source: ""),
      ],
      seconds: [0, 5000, 10_000], values: [[40, 50, 41], [40, 41, 42]])
    run.steadiness?.findings[0].fact = .recorded(sentence: name)
    let path = try write([run, run], as: "hostile")
    let page = try BrowserPage(in: Browser(), width: Self.phone, isDark: false)
    try page.open(path)
    try check(page, of: path, width: Self.phone)
    #expect(try page.text("String(window.hacked)") == "undefined")
    #expect(try page.text("document.querySelector('h2').textContent").contains("<img src=x"))
  }
}
