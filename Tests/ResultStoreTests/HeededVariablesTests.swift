import AssayCore
import Foundation
import GRDB
import TestSupport
import Testing

@testable import ResultStore

@Suite("A run is kept with the variables that engines heed")
struct HeededVariablesTests {
  @Test("Exact names are kept, and what only begins like them is not")
  func names() {
    let kept = [
      "OMP_NUM_THREADS": "2", "LD_LIBRARY_PATH": "/x", "ASSAY_LITERT_LIBRARY": "/l", "OV_CPU_MAX_ISA": "AVX2",
      "ASSAY_OPENVINO_2022_3_LIBRARY": "/o", "ASSAY_TENSORRT_LEAN_RUNTIME": "/t",
    ]
    let secrets = [
      "TF_TOKEN_app_terraform_io": "s", "TF_CLI_ARGS": "s", "ASSAY_API_TOKEN": "s", "ASSAY_key_LIBRARY": "s",
      "CUDA_SECRET": "s",
      "OPENVINO_TOKEN": "s", "LD_PASSWORD": "s", "HOME": "/root", "MALLOC_X": "s",
    ]
    #expect(HeededVariables.values(in: kept.merging(secrets) { $1 }) == kept)
  }
}

@Suite("A store of an older Assay")
struct OldVariablesTests {
  @Test("Variables that no engine heeds leave the store and its file, and the others stay")
  func secrets() throws {
    let sandbox = try Sandbox()
    let path = sandbox.path("results.sqlite")
    try ResultStore(path: path, for: .saving)
      .save(Sample.report(), environment: ["OMP_NUM_THREADS": "2"], host: Sample.host, logPath: nil)
    try DatabaseQueue(path: path).writeWithoutTransaction { db in
      try db.execute(
        sql: """
          UPDATE run SET environment = '{"OMP_NUM_THREADS": "2", "TF_TOKEN_app": "s3cr3t"}';
          DELETE FROM grdb_migrations WHERE identifier = '5 variables';
          PRAGMA wal_checkpoint(TRUNCATE);
          """)
    }
    #expect(try contains("s3cr3t", path), "the older store has the token")
    do {
      let store = try ResultStore(path: path, for: .saving)
      #expect(try store.run("1").environment == ["OMP_NUM_THREADS": "2"])
    }
    #expect(try !contains("s3cr3t", path))
  }

  private func contains(_ text: String, _ path: String) throws -> Bool {
    try ["", "-wal"].contains { suffix in
      guard FileManager.default.fileExists(atPath: path + suffix) else { return false }
      return try Data(contentsOf: URL(filePath: path + suffix)).range(of: Data(text.utf8)) != nil
    }
  }
}
