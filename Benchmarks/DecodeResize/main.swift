import AssayCore
import Glibc
import Imaging

// decode-resize [PRESET [OUTPUT]]: reads paths of images from standard input, one per line, prepares each for an input of 224 × 224 on one
// thread, and prints the seconds of processor time. Writes the pixels to OUTPUT, one image after the other.

func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let arguments = Array(CommandLine.arguments.dropFirst())
var choice = PreprocessingChoice()
if let name = arguments.first {
  guard let preset = PreprocessingChoice.Preset(rawValue: name) else {
    throw AssayError(.usage, "'\(name)' is not a preset of preprocessing.")
  }
  choice.preset = preset
}
let output = arguments.count > 1 ? fopen(arguments[1], "w") : nil
var paths: [String] = []
while let line = readLine() { paths.append(line) }
let spec = TensorSpec(name: "image", type: .uint8, shape: [1, 224, 224, 3])
var preparer = ImagePreparer(try Preprocessing(choice, input: spec))
let input = UnsafeMutableRawBufferPointer.allocate(byteCount: spec.byteCount, alignment: 64)
let start = processorSeconds()
for path in paths {
  try preparer.prepare(path, into: input)
  if let output, fwrite(input.baseAddress, 1, input.count, output) != input.count {
    throw AssayError(.inputOutput, "Cannot write the pixels.")
  }
}
print(processorSeconds() - start)
if let output, fclose(output) != 0 { throw AssayError(.inputOutput, "Cannot write the pixels.") }
