import Testing

/// A command line that must be refused, with its exit status and part of the message. `@` is the sandbox's folder.
struct Refusal: CustomTestStringConvertible {
  let arguments: [String]
  let status: Int32
  let message: String
  var testDescription: String { arguments.joined(separator: " ") }

  init(_ arguments: String, _ status: Int32, _ message: String) {
    self.arguments = arguments.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    self.status = status
    self.message = message
  }
}

extension Refusal {
  static let models = [
    Refusal("bench @/missing.onnx", 65, "There is no model at @/missing.onnx"),
    Refusal("bench @/folder.onnx", 65, "is a folder, but not a TensorFlow SavedModel"),
    Refusal("bench @/empty.synthetic", 65, "@/empty.synthetic is empty"),
    Refusal("bench @/empty.onnx", 65, "@/empty.onnx is empty"),
    Refusal("bench @/noise.synthetic", 65, "does not describe a synthetic model"),
    Refusal("bench @/truncated.synthetic", 65, "does not describe a synthetic model"),
    Refusal("bench @/wrong.synthetic", 65, "does not describe a synthetic model"),
    Refusal("bench @/noise.tflite", 65, "is not a TFLite model: it lacks the mark TFL3"),
    Refusal("bench @/renamed.onnx", 65, "is a TFLite model, despite its name"),
    Refusal("bench @/model.bin", 65, "is not that of a model format"),
    Refusal("bench /dev/zero", 65, "neither a file nor a folder"),
    Refusal("bench @/negative.synthetic", 65, "which no tensor has"),
    Refusal("bench @/vast.synthetic", 65, "which no tensor has"),
    Refusal("bench @/dynamic.synthetic", 64, "--shape i=N,N"),
    Refusal("bench @/ok.synthetic --shape nosuch=1,2", 64, "which is no input of"),
    Refusal("bench @/ok.synthetic --shape 1,2,3", 64, "the model declares [1, 4]"),
    Refusal("bench @/ok.synthetic --shape 1,16777216,128", 64, "the model declares [1, 4]"),
    Refusal("bench @/ok.synthetic -e nosuch", 64, "Assay does not know the engine 'nosuch'"),
    Refusal("bench @/ok.synthetic -e synthetic:gpu", 69, "no device 'gpu'"),
    Refusal("bench @/ok.synthetic --engine-library nosuch=/lib.so", 64, "Assay does not know the engine 'nosuch'"),
    Refusal("results export @/missing.records", 74, "Cannot open the record log @/missing.records"),
    Refusal("results export @/model.bin", 65, "is not a record log"),
    Refusal("results export @/folder.onnx", 65, "is not a record log"),
    Refusal("bench @/ok.synthetic --store @/model.bin", 65, "@/model.bin is not a store of results"),
    Refusal("bench @/ok.synthetic --store @/folder.onnx", 74, "is a folder, not a store of results"),
    Refusal("results list", 74, "There is no store of results at"),
    Refusal("results list --store @/model.bin", 65, "@/model.bin is not a store of results"),
    Refusal("results show nosuch --store @/missing.sqlite", 74, "There is no store of results at @/missing.sqlite"),
    Refusal("bench @/okk.synthetic", 65, "Did you mean @/ok.synthetic?"),
    Refusal("compare @/missing.onnx@litert @/ok.synthetic@synthetic", 65, "There is no model at @/missing.onnx"),
    Refusal("compare @/ok.synthetic@synthetic @/ok.synthetic@nosuch", 64, "Assay does not know the engine 'nosuch'"),
    Refusal("compare @/ok.synthetic@synthetic @/ok.synthetic@synthetic:gpu", 69, "no device 'gpu'"),
    Refusal("compare @/ok.synthetic@synthetic @/wrong.synthetic@synthetic", 65, "does not describe a synthetic model"),
    Refusal("compare @/model.bin @/model.bin", 65, "is not a record log"),
    Refusal("stress", 64, "Give a model, or --resume"),
    Refusal("stress @/ok.synthetic --resume 1", 64, "leave out the model"),
    Refusal("stress --resume 1 --threads 2", 64, "--resume uses the options of the saved run"),
    Refusal("stress @/ok.synthetic --threads 1,2", 64, "Only assay bench measures with several"),
    Refusal("run @/ok.synthetic --threads 1,2", 64, "Only assay bench measures with several"),
    Refusal("accuracy @/ok.synthetic --images @ --threads 1,2", 64, "Only assay bench measures with several"),
    Refusal("compare @/ok.synthetic@synthetic --threads 1,2", 64, "Only assay bench measures with several"),
    Refusal("bench @/ok.synthetic --threads 1,0", 64, "A number of threads is from 1 to 1024"),
    Refusal("bench @/ok.synthetic --threads 2,2", 64, "It has a number twice"),
    Refusal("bench @/ok.synthetic --max-latency 20", 64, "Write a time, as in 20ms"),
    Refusal("bench @/ok.synthetic --max-latency p75=20ms", 64, "one of p50, p90, p95, p99, p99.9 and mean"),
    Refusal("bench @/ok.synthetic --max-latency 2ms --max-latency p50=3ms", 64, "limits p50 twice"),
    Refusal("bench @/ok.synthetic --min-throughput 0", 64, "Write a number a second"),
    Refusal("bench @/ok.synthetic --min-top1 60%", 64, "Unknown option '--min-top1'"),
    Refusal("accuracy @/ok.synthetic --images @ --min-top1 0.6", 64, "--min-top1"),
    Refusal("accuracy @/ok.synthetic --images @ --top 5 --min-top1 60%", 64, "--min-top1 needs 1 in --top"),
    Refusal(
      "accuracy @/ok.synthetic --images @ --timing overlapped --max-latency 1s", 64,
      "--timing overlapped measures no latencies"),
    Refusal("stress --resume 1 --sysfs-root @", 64, "--resume uses the options of the saved run"),
    Refusal("stress @/ok.synthetic --duration 3", 64, "--duration"),
    Refusal("stress @/ok.synthetic --duration 0s", 64, "--duration must be from 1ms to 28d; it is 0s"),
    Refusal("stress @/ok.synthetic --duration 3h --inferences 5", 64, "both set the end"),
    Refusal("stress @/ok.synthetic --inferences 0", 64, "--inferences must be from 1"),
    Refusal("stress @/ok.synthetic --telemetry-interval 1us", 64, "--telemetry-interval must be from 50ms to 1h"),
    Refusal("stress @/ok.synthetic --discard-above 5", 64, "--discard-above"),
    Refusal("stress @/ok.synthetic -e nosuch", 64, "Assay does not know the engine 'nosuch'"),
    Refusal("stress @/missing.onnx", 65, "There is no model at @/missing.onnx"),
    Refusal("stress @/ok.synthetic --images @/missing", 65, "@/missing"),
    Refusal("stress --resume last", 74, "There is no store of results at"),
    Refusal("compare last last", 74, "There is no store of results at"),
    Refusal("accuracy @/ok.synthetic --images @/missing", 65, "@/missing"),
    Refusal("accuracy @/ok.synthetic --images @/folder.onnx", 65, "@/folder.onnx"),
  ]

  /// Options appended to `accuracy @/ok.synthetic --images @`.
  static let preprocessing = [
    ("--preprocessing nosuch", "The value 'nosuch' is invalid for '--preprocessing <preset>'"),
    ("--filter cubic", "The value 'cubic' is invalid for '--filter <filter>'"),
    ("--resize big", "'big' in --resize is not a size"),
    ("--resize 0", "1 to 65536 pixels a side"),
    ("--resize 256x", "'256x' in --resize is not a size"),
    ("--resize 256 --crop 0.875", "both set the size"),
    ("--preprocessing squash --resize 256", "--resize goes with imagenet-center"),
    ("--preprocessing squash --crop 0.5", "--crop goes with the other presets"),
    ("--preprocessing inception --crop 224", "crops before it resizes"),
    ("--crop 1.5", "above 0 and at most 1"),
    ("--crop nan", "above 0 and at most 1"),
    ("--mean 1,2", "is neither R,G,B nor one number"),
    ("--mean 0.5,x,0.5", "is neither R,G,B nor one number"),
    ("--mean 0 --std 1", "Give --range 0,1 or --range 0,255 instead."),
    ("--std 0", "must be above 0"),
    ("--std nan", "are one number or three"),
    ("--range 0,1 --std 127.5", "Give either --range or --mean and --std"),
    ("--range 1", "is not a pair of numbers"),
    ("--range 1,1", "needs two different numbers"),
    ("--layout hwc", "The value 'hwc' is invalid for '--layout <layout>'"),
    ("--channels grb", "The value 'grb' is invalid for '--channels <order>'"),
  ].map { Refusal("accuracy @/ok.synthetic --images @ \($0)", 64, $1) }

  static let usage = [
    Refusal("nosuch", 64, "assay has no subcommand 'nosuch'"),
    Refusal("bench", 64, "Missing expected argument '<models>"),
    Refusal("bench @/ok.synthetic --no-save --store @/s", 64, "--no-save saves nothing"),
    Refusal("bench @/ok.synthetic --no-save --baseline main", 64, "tags saved runs"),
    Refusal("bench @/ok.synthetic --baseline last", 64, "'last' cannot be a tag"),
    Refusal("results list --since yesterday", 64, "is not a date"),
    Refusal("results list --until 2026-13-01", 64, "is not a date"),
    Refusal("results list --limit -1", 64, "--limit must be from 0"),
    Refusal("results export a.records b.records", 64, "one record log at a time"),
    Refusal("results export last --records --format json", 64, "--records writes CSV"),
    Refusal("bench @/ok.synthetic --nosuch", 64, "Unknown option '--nosuch'"),
    Refusal("bench @/ok.synthetic -e ", 64, "is not a target"),
    Refusal("bench @/ok.synthetic -e synthetic:", 64, "is not a target"),
    Refusal("bench @/ok.synthetic -e :cpu", 64, "is not a target"),
    Refusal("bench @/ok.synthetic -e synthetic,", 64, "is not a target"),
    Refusal("bench @/ok.synthetic --shape ", 64, "0 dimensions; the model declares [1, 4]"),
    Refusal("bench @/ok.synthetic --shape a=", 64, "which is no input of"),
    Refusal("bench @/ok.synthetic --shape a=1,,2", 64, "is no shape"),
    Refusal("bench @/ok.synthetic --shape a=1,-2", 64, "is no shape"),
    Refusal("bench @/ok.synthetic --shape a=1x2", 64, "is no shape"),
    Refusal("bench @/ok.synthetic --shape a=99999999999999999999", 64, "is no shape"),
    Refusal("bench @/ok.synthetic --shape a=16777216,16777216,16777216", 64, "elements"),
    Refusal("bench @/ok.synthetic --engine-library /lib.so", 64, "write --engine-library NAME=PATH"),
    Refusal("bench @/ok.synthetic --engine-library synthetic=", 64, "write --engine-library NAME=PATH"),
    Refusal("bench @/ok.synthetic --runs 5 --min-time 1", 64, "--runs is exact"),
    Refusal("bench @/ok.synthetic --min-time 5 --max-time 1", 64, "longer than --max-time"),
    Refusal("bench @/ok.synthetic --json - --csv -", 64, "can go to standard output"),
  ]

  /// Operands and options appended to `compare @/ok.synthetic@synthetic`.
  static let comparison = [
    ("", "A comparison needs at least two operands"),
    ("@/ok.synthetic", "is a model. A comparison also needs its target."),
    ("@/missing.records", "neither a saved run, nor a record log, nor a cell"),
    ("@/missing/file", "neither a saved run, nor a record log, nor a cell"),
    ("@synthetic", "neither a saved run, nor a record log, nor a cell"),
    ("last", "cannot be compared with runs that were measured before"),
    ("@/ok.synthetic@", "'' in '@/ok.synthetic@' is not a target"),
    ("@/ok.synthetic@synthetic:", "is not a target"),
    ("@/ok.synthetic@,threads=1", "is not a target"),
    ("@/ok.synthetic@synthetic,", "'' in '@/ok.synthetic@synthetic,' is not an option of a cell"),
    ("@/ok.synthetic@synthetic,threads", "'threads' in"),
    ("@/ok.synthetic@synthetic,threads=0", "'threads=0' in"),
    ("@/ok.synthetic@synthetic,threads=1025", "'threads=1025' in"),
    ("@/ok.synthetic@synthetic,batch=x", "'batch=x' in"),
    ("@/ok.synthetic@synthetic,runs=5", "'runs=5' in"),
    ("@/ok.synthetic@synthetic --reference 3", "--reference must be from 1 to 2"),
    ("@/ok.synthetic@synthetic --reference 0", "--reference must be from 1 to 2"),
    ("@/ok.synthetic@synthetic --until 1", "The value '1' is invalid for '--until <percent>'"),
    ("@/ok.synthetic@synthetic --until nan%", "The value 'nan%' is invalid"),
    ("@/ok.synthetic@synthetic --until 0%", "--until must be from 0.01% to 100"),
    ("@/ok.synthetic@synthetic --until -1%", "--until must be from 0.01% to 100"),
    ("@/ok.synthetic@synthetic --until 1e9%", "--until must be from 0.01% to 100"),
    ("@/ok.synthetic@synthetic --fail-above -5%", "--fail-above must be from 0"),
    ("@/ok.synthetic@synthetic --max-time 0", "--max-time must be from 0.1"),
    ("@/ok.synthetic@synthetic --max-time nan", "--max-time must be from 0.1"),
  ].map { Refusal("compare @/ok.synthetic@synthetic\($0.isEmpty ? "" : " ")\($0)", 64, $1) }

  static let output = [
    Refusal("bench @/ok.synthetic --runs 1 --json @/missing/x.json", 74, "Cannot write @/missing/x.json"),
    Refusal("bench @/ok.synthetic --runs 1 --csv @/folder.onnx", 74, "Cannot write @/folder.onnx"),
    Refusal("bench @/ok.synthetic --runs 1 --markdown @/model.bin/x.md", 74, "Cannot write @/model.bin/x.md"),
    Refusal("bench @/ok.synthetic --runs 1 --warm-up 0 --json /dev/full", 74, "Cannot write /dev/full: No space left"),
    Refusal("bench @/ok.synthetic --runs 1 --record @/missing/x.csv", 74, "Cannot write @/missing/x.csv"),
    Refusal("bench @/ok.synthetic --runs 1 --record /proc/x.csv", 74, "Cannot write /proc/x.csv"),
    Refusal(
      "bench @/ok.synthetic @/ok.synthetic --runs 1 --record @/missing/x.csv", 74, "Cannot write @/missing/x.csv"),
    Refusal(
      "bench @/ok.synthetic --runs 1 --warm-up 0 --record /dev/full", 74, "Cannot write /dev/full: No space left"),
  ]
}
