public import ArgumentParser
public import Report

struct SchemaCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the JSON Schema of a document that Assay writes or reads.",
    discussion: """
      run: --json of bench, accuracy and stress. comparison: --json of compare. outputs: that of compare --outputs. events: a line of --events. once: assay run --json. \
      runs, show, list, trend: assay results export, show, list and trend. doctor, engines: assay doctor and assay engines list. inspection: assay inspect --json. layers: that of compare --layers. \
      conversion: assay convert --json. study: the files of assay study, for editors that check YAML. catalogue: a file of your own models.
      """)

  static let examples = ["assay schema run > run.schema.json"]

  @Argument(help: "The document.")
  var document = DocumentSchema.run

  func run() throws {
    let sink = try TextSink(path: "-")
    try sink.write(document.text())
    try sink.close()
  }
}

extension DocumentSchema: ExpressibleByArgument {}
