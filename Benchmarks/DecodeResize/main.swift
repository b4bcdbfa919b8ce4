import AssayCore
import Glibc
import Imaging

// decode-resize [ROUNDS]: prepares the images whose paths come on standard input, one a line, for an input of 224 × 224, on one
// thread, and prints the processor's seconds of one round.

func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
var paths: [String] = []
while let line = readLine() { paths.append(line) }
let spec = TensorSpec(name: "image", type: .uint8, shape: [1, 224, 224, 3])
var preparer = ImagePreparer(try Preprocessing(input: spec))
let input = UnsafeMutableRawBufferPointer.allocate(byteCount: spec.byteCount, alignment: 64)
let start = processorSeconds()
for _ in 0..<rounds {
  for path in paths { try preparer.prepare(path, into: input) }
}
print((processorSeconds() - start) / Double(rounds))
