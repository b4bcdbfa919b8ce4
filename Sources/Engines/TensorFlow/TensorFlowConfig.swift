/// The options of a session, as a serialised ConfigProto (config.proto).
struct TensorFlowConfig {
  private(set) var bytes: [UInt8] = []

  /// - Parameters:
  ///   - threads: compute one inference. Operations that do not depend on each other run one after the other on the calling thread, and
  ///     each of them on all threads; so no more compute than were asked for.
  ///   - device: the only one that the session sees besides the CPU; `nil` for all.
  init(threads: Int, device: TensorFlowDevice?) {
    append(Field.intraOpThreads, Int64(threads))
    append(Field.interOpThreads, Self.onCallingThread)
    switch device {
    case .cpu:
      append(
        Field.deviceCount,
        Self.bytes {
          $0.append(Field.key, Array("GPU".utf8))
          $0.append(Field.value, 0)
        })
    case .gpu(let index):
      append(Field.gpuOptions, Self.bytes { $0.append(Field.visibleDeviceList, Array("\(index)".utf8)) })
    case nil: break
    }
  }

  private init() {}

  private enum Field {
    static let deviceCount = 1
    static let intraOpThreads = 2
    static let interOpThreads = 5
    static let gpuOptions = 6
    /// Of an entry of a map.
    static let (key, value) = (1, 2)
    /// Of GPUOptions.
    static let visibleDeviceList = 5
  }

  private static let onCallingThread = Int64(-1)

  private static func bytes(_ write: (inout TensorFlowConfig) -> Void) -> [UInt8] {
    var message = TensorFlowConfig()
    write(&message)
    return message.bytes
  }

  private mutating func append(_ field: Int, _ number: Int64) {
    append(varint: UInt64(field << 3))
    append(varint: UInt64(bitPattern: number))
  }

  private mutating func append(_ field: Int, _ content: [UInt8]) {
    append(varint: UInt64(field << 3 | 2))
    append(varint: UInt64(content.count))
    bytes += content
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
