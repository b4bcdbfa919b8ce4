import ArgumentParser
import Assay
import AssayCore
import Report

struct Doctor: HasExamples {
  static let configuration = CommandConfiguration(
    abstract: "Shows engines and devices, what is missing and how to install it, and warnings about this machine."
  )

  static let examples = ["assay doctor"]

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let diagnosis = Diagnosis.make(try .local())
    let sink = try TextSink(path: "-")
    try sink.write(json ? RunDocuments.json(diagnosis) : DiagnosisText.all(diagnosis))
  }
}
