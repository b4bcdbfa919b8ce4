import Testing

/// A plugin that does one thing wrong, and what Assay says of it.
struct BadPlugin: CustomTestStringConvertible {
  let testDescription: String
  /// Macros of `Stub.source`.
  let fault: String
  let status: Int32
  /// Part of the message.
  let message: String
  var isCXX = false

  init(_ what: String, _ fault: String, _ status: Int32, _ message: String, isCXX: Bool = false) {
    testDescription = what
    self.fault = fault
    self.status = status
    self.message = message
    self.isCXX = isCXX
  }
}

extension BadPlugin {
  /// What is wrong before there is an engine.
  static let libraries = [
    BadPlugin("A newer interface", "#define VERSION 2", 69, "speaks version 2 of assay_engine.h; this Assay speaks 1"),
    BadPlugin("No entry", "#define ENTRY other", 69, "cannot be used as a plugin"),
    BadPlugin("No table", "#define TABLE NULL", 69, "does not offer version 1"),
    BadPlugin("A table that ends early", "#define TABLE_SIZE 16", 69, "has a table of 16 bytes"),
    BadPlugin("No way to infer", "#define INFER NULL", 69, "lacks the function infer"),
    BadPlugin("Half an inference", "#define START done", 69, "lacks the function wait"),
    BadPlugin("No engine", "#define AT_CREATE *engine = NULL", 69, "makes no engine, and says that it did"),
    BadPlugin(
      "A missing driver", #"#define AT_CREATE return assay_fail(error, ASSAY_ENGINE_UNAVAILABLE, "no driver %d", 7)"#,
      69,
      "cannot start: no driver 7"),
  ]

  static let descriptions = [
    BadPlugin("No name", "#define NAME NULL", 69, "gives NULL as its name"),
    BadPlugin("A name that is no UTF-8", #"#define NAME "\xff\xfe""#, 69, "no UTF-8 as its name"),
    BadPlugin("A name with blanks", #"#define NAME "My Engine""#, 69, "which is no name of an engine"),
    BadPlugin("A name of Assay's own", #"#define NAME "litert""#, 69, "as an engine of Assay's own"),
    BadPlugin("No formats", "#define FORMATS NULL", 69, "gives NULL as its formats"),
    BadPlugin("No device", "#define DEVICE NULL", 69, "gives devices that are no different names: []"),
    BadPlugin("Too many outputs", "#define COUNT 4000000000u", 69, "4000000000 outputs"),
    BadPlugin("Two outputs of one name", "#define COUNT 2", 69, "the same name"),
    BadPlugin("An input without a name", "#define TENSOR_NAME NULL", 69, "gives NULL as the name of input 0"),
    BadPlugin(
      "An input's name that is no UTF-8", #"#define TENSOR_NAME "\xff""#, 69, "no UTF-8 as the name of input 0"),
    BadPlugin(
      "A name without end", "static char zs[9000]; \n#define TENSOR_NAME (char *)memset(zs, 'z', 9000)", 69,
      "without end"),
    BadPlugin("An unknown type", "#define TYPE 99", 69, "the type 99"),
    BadPlugin("A rank of ages", "#define RANK 1000", 69, "the rank 1000"),
    BadPlugin("A negative size", "#define SIZE -7", 69, "the shape [1, -7]"),
    BadPlugin("More than an address space", "#define SIZE 1LL << 61", 69, "which no tensor has"),
    BadPlugin("A scale that is no number", "#define SCALE (0.0 / 0.0)", 69, "the scale"),
    BadPlugin("An open size without its data", "#define SIZE -1", 69, "has no function output_data"),
    BadPlugin(
      "Another output than declared",
      "#define SIZE -1\n#define DATA_SIZE 2\n#define DATA_NAME \"z\"\n#define OUTPUT_DATA output_data",
      69, "after it was declared"),
    BadPlugin(
      "More operations than a number holds",
      "#define AT_DESCRIBE_MODEL info->counts_operations = info->operations_on_cpu = 1, "
        + "info->operations_on_device = INT64_MAX",
      69, "counts 9223372036854775807 operations on the device"),
    BadPlugin(
      "A negative number of operations",
      "#define AT_DESCRIBE_MODEL info->counts_operations = 1, info->operations_on_cpu = -1",
      69, "and -1 on the CPU"),
    BadPlugin(
      "A device that is no name", #"#define AT_DESCRIBE_MODEL info->device = "my\033[2J device""#, 69,
      "as a device, which is no name of one"),
    BadPlugin(
      "A status that is none", "#define AT_COMPILE return (assay_status)77", 69, "returned 77, which is no status"),
    BadPlugin("No model", "#define AT_COMPILE *model = NULL", 69, "makes no model of"),
    BadPlugin("No session", "#define AT_OPEN *session = NULL", 69, "opens no session of"),
    BadPlugin(
      "A write beyond an output", "#define AT_INFER session->out[2] = 1", 69, "writes beyond the 8 bytes of 'y'"),
    BadPlugin("A failure without reason", "#define AT_COMPILE return ASSAY_BAD_MODEL", 65, "it gives no reason"),
    BadPlugin(
      "A failed inference", #"#define AT_INFER return assay_fail(error, ASSAY_INFERENCE_FAILED, "too hot")"#, 1,
      "failed to run"),
  ]

  static let ends = [
    BadPlugin("A crash at create", "#define AT_CREATE raise(SIGSEGV)", 1, "died of SIGSEGV"),
    BadPlugin("A crash at compile", "#define AT_COMPILE raise(SIGSEGV)", 1, "died of SIGSEGV"),
    BadPlugin("A crash at open_session", "#define AT_OPEN raise(SIGSEGV)", 1, "died of SIGSEGV"),
    BadPlugin("A crash at infer", "#define AT_INFER raise(SIGSEGV)", 1, "died of SIGSEGV"),
    BadPlugin("An exit", "#define AT_INFER exit(3)", 1, "left with status 3"),
    BadPlugin("An exception at compile", "#define AT_COMPILE throw 1", 1, "died of SIGABRT", isCXX: true),
    BadPlugin("An exception at infer", "#define AT_INFER throw 1", 1, "died of SIGABRT", isCXX: true),
    BadPlugin("An inference without end", "#define AT_INFER for (;;) pause()", 1, "took longer than 2 s"),
    BadPlugin("A compilation without end", "#define AT_COMPILE for (;;) pause()", 1, "took longer than 2 s"),
  ]
}
