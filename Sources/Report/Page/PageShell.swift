import AssayCore

/// What every page has around its content: styles, scripts, and the promise to load nothing.
struct PageShell {
  let title: String
  let body: HTML
  /// Besides those of every page.
  var styles = ""
  var scripts = ""

  /// - Parameter bundle: the JavaScript of Vega, Vega-Lite and Vega-Embed.
  func html(bundle: String) -> String {
    HTML(
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="Assay \(AssayVersion.current)">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <title>\(title)</title>
      <style>\(HTML(verbatim: Self.resource(PackageResources.report_css)))\(HTML(verbatim: styles))</style>
      </head>
      <body>
      <main>
      \(body)
      </main>
      <footer>Made by Assay \(AssayVersion.current). All data are in this file; nothing is loaded from anywhere.</footer>
      <script>\(HTML(verbatim: Self.contained(bundle)))</script>
      <script>\(HTML(verbatim: Self.resource(PackageResources.report_js)))</script>
      \(scripts.isEmpty ? .empty : "<script>\(HTML(verbatim: scripts))</script>")
      </body>
      </html>

      """
    ).text
  }

  /// Allows the scripts and styles of this file. Nothing else is loaded, whatever a chart requests.
  private static let policy =
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"

  static func resource(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Keeps the names of the bundle apart from those of the page.
  private static func contained(_ script: String) -> String {
    "(function(){\(script.replacing("</script", with: "<\\/script"))})();"
  }
}
