import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("image-class is the thesis' program")
struct ImageClassTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    let script =
      #"{"latency": {"base_us": 200}, "inputs": [{"name": "image", "type": "uint8", "shape": [1, 28, 28, 3]}]}"#
    try sandbox.write(Data(script.utf8), to: "image.synthetic")
  }

  private func run(_ options: String) throws -> ProgramResult {
    try sandbox.shell("\"$ASSAY\" image-class --model image.synthetic \(options)")
  }

  private func lines(_ result: ProgramResult) -> [Substring] { result.standardOutput.split(separator: "\n") }

  @Test("--imagedir gives the average time, top-1 and top-5 over all images")
  func images() throws {
    let result = try run("--imagedir '\(PackageFiles.path("Samples/digits"))'")
    #expect(result.status == 0 && result.standardError.isEmpty, "\(result)")
    let lines = lines(result)
    try #require(lines.count == 3, "\(result)")
    #expect(lines[0].hasPrefix("Average inference time: ") && lines[0].hasSuffix(" ms over 300 inferences"))
    let time = try #require(lines[0].split(separator: " ").dropFirst(3).first.flatMap { Double($0) })
    // The synthetic model takes 0.2 ms, and longer where other programs run.
    #expect((0.2..<20).contains(time))
    #expect(lines[1].hasPrefix("Top-1 accuracy: ") && lines[1].hasSuffix(" of 300)"))
    #expect(lines[2].hasPrefix("Top-5 accuracy: ") && lines[2].hasSuffix(" of 300)"))
  }

  @Test("--partial uses a tenth of the images, or --ratio of them")
  func partial() throws {
    for (options, count) in [("--partial", 30), ("--partial --ratio 0.5", 150), ("--ratio 0.5", 300)] {
      let result = try run("--imagedir '\(PackageFiles.path("Samples/digits"))' \(options)")
      #expect(result.status == 0 && lines(result).first?.hasSuffix("over \(count) inferences") == true, "\(result)")
    }
  }

  @Test("--fakein runs --ftimes random inputs, 1000 if not given")
  func random() throws {
    for (options, count) in [("--ftimes 50", 50), ("", 1000)] {
      let result = try run("--fakein \(options)")
      #expect(result.status == 0, "\(result)")
      let lines = lines(result)
      #expect(lines.count == 1 && lines.first?.hasSuffix("over \(count) inferences") == true, "\(result)")
    }
  }

  @Test("--record writes every latency to MODEL.csv in the current folder")
  func record() throws {
    let result = try run("--fakein --ftimes 50 --record")
    #expect(result.status == 0, "\(result)")
    let text = try String(contentsOfFile: sandbox.path("image.synthetic.csv"), encoding: .utf8)
    #expect(text.hasPrefix("index,start_ms,latency_ms\n0,") && text.split(separator: "\n").count == 51)
  }

  @Test("Its runs are saved, unless --no-save is given")
  func saving() throws {
    #expect(try run("--fakein --ftimes 5").status == 0)
    #expect(try run("--fakein --ftimes 5 --no-save").status == 0)
    #expect(try sandbox.savedRuns().map(\.count) == [5])
  }

  @Test(
    "Options that exclude each other are usage errors",
    arguments: [
      "", "--fakein --imagedir x", "--fakein --edgetpu --trt", "--fakein --ftimes 0", "--imagedir x --ratio 0",
      "--imagedir x --ratio 1.5",
    ])
  func refused(options: String) throws {
    let result = try run(options)
    #expect(result.status == 64 && result.standardOutput.isEmpty, "\(result)")
  }

  @Test("A device that is not there is named, in one line", arguments: ["--edgetpu", "--trt"])
  func device(option: String) throws {
    let result = try run("--fakein \(option)")
    #expect(result.status == 69, "\(result)")
    #expect(!(result.standardOutput + result.standardError).isEmpty, "\(result)")
  }

  @Test("An image folder that is not there is bad data")
  func noFolder() throws {
    let result = try run("--imagedir nowhere")
    #expect([65, 74].contains(result.status) && result.standardError.contains("nowhere"), "\(result)")
  }
}
