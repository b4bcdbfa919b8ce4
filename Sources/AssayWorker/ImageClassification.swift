import AssayCore
import EngineKit
import Measurement

struct ImageClassification {
  let workload: ImageWorkload
  let plan: CellPlan
  let channel: ProtocolChannel
  let stop: StopFlag

  func run(_ session: some InferenceSession, overhead: Double) throws(AssayError) {
  }
}
