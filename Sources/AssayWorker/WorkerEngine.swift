import AssayCore
import EngineKit
import Engines

/// The one engine of this process.
struct WorkerEngine {
  let engine: any Engine
  let description: OpenedEngine
}
