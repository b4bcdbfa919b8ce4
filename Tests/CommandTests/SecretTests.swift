import Foundation
import TestSupport
import Testing

@Suite("A secret in the environment goes nowhere")
struct SecretTests {
  private static let secret = "s3cr3t-9f2c"
  private static let variables = [
    "TF_TOKEN_app_terraform_io", "TF_VAR_password", "ASSAY_API_TOKEN", "ASSAY_LIBRARY_TOKEN", "OMP_TOKEN",
    "CUDA_SECRET",
    "ORT_API_KEY", "OPENVINO_TOKEN", "LD_SECRET", "KMP_PASSWORD", "MKL_TOKEN", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN", "PIP_PASSWORD",
  ]

  private let sandbox: Sandbox
  private let environment: [String: String]

  init() throws {
    sandbox = try Sandbox()
    let url = "http://user:\(Self.secret)@127.0.0.1:1/"
    environment = Dictionary(uniqueKeysWithValues: Self.variables.map { ($0, Self.secret) }).merging([
      "PIP_INDEX_URL": url, "PIP_EXTRA_INDEX_URL": url, "HTTP_PROXY": url, "HTTPS_PROXY": url, "http_proxy": url,
      "https_proxy": url, "ALL_PROXY": url, "PIP_RETRIES": "0", "OMP_NUM_THREADS": "3",
    ]) { $1 }
  }

  private func run(_ line: String) throws -> ProgramResult { try sandbox.shell(line, environment: environment) }

  /// Every file that Assay wrote.
  private func leaks() throws -> [String] {
    let names = FileManager.default.enumerator(atPath: sandbox.folder)?.allObjects as? [String] ?? []
    return names.filter { name in
      FileManager.default.contents(atPath: sandbox.path(name))?.range(of: Data(Self.secret.utf8)) != nil
    }
  }

  @Test("Neither the store, nor events, nor any form of output holds it; what engines heed is kept")
  func runs() throws {
    let bad = try sandbox.model("bad", event: ("abort", 0))
    let bench = try run(
      "\"$ASSAY\" bench '\(sandbox.model())' '\(bad)' -e synthetic --runs 20 --events events --json json --csv csv --markdown md -v"
    )
    #expect(bench.status == 1, "\(bench)")
    let results = [
      "results show 1", "results show 1 --json", "results show 2", "results export 1 2",
      "results export 1 --format csv",
      "results export 1 --format markdown", "results list --json", "doctor --json",
      "stress '\(bad)' -e synthetic --inferences 9",
    ]
    for line in results {
      let result = try run("\"$ASSAY\" \(line)")
      #expect(!"\(result)".contains(Self.secret), "\(line)\n\(result)")
    }
    #expect(try run("\"$ASSAY\" results show 1").standardOutput.contains("OMP_NUM_THREADS"))
    #expect(FileManager.default.fileExists(atPath: sandbox.path("data/assay/results.sqlite")))
    #expect(try leaks() == [])
  }

  @Test("A failed installation shows where it looked, without the password")
  func installation() throws {
    let result = try run("\"$ASSAY\" engines install litert")
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("It printed:"), "\(result)")
    #expect(!"\(result)".contains(Self.secret), "\(result)")
    #expect(try leaks() == [])
  }
}
