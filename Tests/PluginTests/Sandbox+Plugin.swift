import Foundation
import TestSupport

extension Sandbox {
  /// Builds a plugin of one file.
  ///
  /// - Parameter name: of the library, from the sandbox's folder.
  /// - Returns: its path.
  @discardableResult
  func buildPlugin(_ source: String, _ name: String) throws -> String {
    let compilers = source.hasSuffix(".c") ? ["cc", "clang"] : ["c++", "clang++"]
    let include = PackageFiles.path("Sources/CEngineAPIs/include")
    let lines = compilers.map {
      "\($0) -w -O1 -shared -fPIC -I '\(include)' '\(source)' -o '\(path(name))' -lm && exit 0"
    }
    try FileManager.default.createDirectory(
      at: URL(filePath: path(name)).deletingLastPathComponent(), withIntermediateDirectories: true)
    let result = try shell(lines.joined(separator: "; ") + "; exit 1")
    guard result.status == 0 else { throw PluginBuildError(description: "Cannot build \(source): \(result)") }
    return path(name)
  }

  /// Builds a plugin that does one thing wrong.
  ///
  /// - Parameters:
  ///   - fault: lines that define macros of `Stub.source`; none for a plugin that does all right.
  ///   - isCXX: whether it is C++.
  func buildStub(_ name: String, _ fault: String = "", isCXX: Bool = false) throws -> String {
    let source = try write(Data("\(fault)\n\(Stub.source)".utf8), to: "\(name).\(isCXX ? "cpp" : "c")")
    return try buildPlugin(source, "\(name).so")
  }

  /// A model for stubs, which read nothing of it.
  func stubModel() throws -> String { try write(Data("a stub".utf8), to: "model.stub") }
}

struct PluginBuildError: Error, CustomStringConvertible {
  let description: String
}

/// A plugin in C and C++ with an input `x` of four floats and an output `y` of two. Macros, if defined before, replace what it does.
enum Stub {
  static let source = #"""
    #include <signal.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    #include "assay_engine.h"
    #ifndef VERSION
    #define VERSION ASSAY_ENGINE_VERSION
    #endif
    #ifndef TABLE_SIZE
    #define TABLE_SIZE sizeof(assay_engine_api)
    #endif
    #ifndef TABLE
    #define TABLE &api
    #endif
    #ifndef ENTRY
    #define ENTRY assay_engine_get_api
    #endif
    #ifndef NAME
    #define NAME "stub"
    #endif
    #ifndef FORMATS
    #define FORMATS formats
    #endif
    #ifndef DEVICE
    #define DEVICE "cpu"
    #endif
    #ifndef COUNT
    #define COUNT 1
    #endif
    #ifndef TENSOR_NAME
    #define TENSOR_NAME "x"
    #endif
    #ifndef TYPE
    #define TYPE ASSAY_FLOAT32
    #endif
    #ifndef RANK
    #define RANK 2
    #endif
    #ifndef SIZE
    #define SIZE 2
    #endif
    #ifndef SCALE
    #define SCALE 0
    #endif
    #ifndef AT_CREATE
    #define AT_CREATE
    #endif
    #ifndef AT_COMPILE
    #define AT_COMPILE
    #endif
    #ifndef AT_OPEN
    #define AT_OPEN
    #endif
    #ifndef AT_INFER
    #define AT_INFER
    #endif
    #ifndef AT_DESTROY
    #define AT_DESTROY
    #endif
    #ifndef INFER
    #define INFER infer
    #endif
    #ifndef START
    #define START NULL
    #endif
    #ifndef WAIT
    #define WAIT NULL
    #endif
    #ifndef DESCRIBE_MODEL
    #define DESCRIBE_MODEL NULL
    #endif
    #ifndef OUTPUT_DATA
    #define OUTPUT_DATA NULL
    #endif
    struct assay_engine { int unused; };
    struct assay_model { int64_t in[2], out[2]; };
    struct assay_session { const float *in; float *out; float own[8]; };
    static assay_engine the_engine;
    static assay_status create(assay_engine **engine, assay_error *error) { *engine = &the_engine; AT_CREATE; return ASSAY_OK; }
    static void destroy(assay_engine *engine) {}
    static void describe(assay_engine *engine, assay_engine_info *info) {
      static const char *const formats[] = {"stub", "onnx", NULL}, *const devices[] = {DEVICE, NULL};
      info->name = NAME, info->display_name = "Stub", info->version = "1.0";
      info->formats = FORMATS, info->devices = devices;
      info->options = ASSAY_TAKES_SETTINGS;
    }
    static assay_status compile(assay_engine *engine, const assay_compile_request *request, assay_model **model, assay_error *error) {
      assay_model *made = (assay_model *)malloc(sizeof *made);
      made->in[0] = 1, made->in[1] = 4, made->out[0] = 1, made->out[1] = SIZE;
      *model = made;
      AT_COMPILE;
      if (request->setting_keys[0])
        return assay_fail(error, ASSAY_BAD_REQUEST, "no option %s=%s", request->setting_keys[0], request->setting_values[0]);
      return ASSAY_OK;
    }
    static void destroy_model(assay_model *model) { free(model); }
    static uint32_t one(assay_model *model) { return 1; }
    static uint32_t count(assay_model *model) { return COUNT; }
    static assay_status describe_tensor(assay_tensor *tensor, const char *name, int type, int rank, const int64_t *shape, double scale) {
      tensor->name = name, tensor->type = type, tensor->rank = rank, tensor->shape = shape, tensor->scale = scale;
      return ASSAY_OK;
    }
    static assay_status input(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error) {
      return describe_tensor(tensor, TENSOR_NAME, ASSAY_FLOAT32, 2, model->in, 0);
    }
    static assay_status output(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error) {
      return describe_tensor(tensor, "y", TYPE, RANK, model->out, SCALE);
    }
    #ifdef AT_DESCRIBE_MODEL
    static void describe_model(assay_model *model, assay_model_info *info) { AT_DESCRIBE_MODEL; }
    #undef DESCRIBE_MODEL
    #define DESCRIBE_MODEL describe_model
    #endif
    static assay_status open_session(assay_model *model, const assay_buffers *buffers, assay_session **session, assay_error *error) {
      assay_session *made = (assay_session *)malloc(sizeof *made);
      made->in = (const float *)buffers->inputs[0], made->out = (float *)buffers->outputs[0];
      *session = made;
      AT_OPEN;
      return ASSAY_OK;
    }
    static void destroy_session(assay_session *session) { AT_DESTROY; free(session); }
    static assay_status infer(assay_session *session, assay_error *error) {
      AT_INFER;
      float *out = session->out ? session->out : session->own;
      out[0] = session->in[0], out[1] = session->in[1];
      return ASSAY_OK;
    }
    static assay_status done(assay_session *session, assay_error *error) { return ASSAY_OK; }
    #ifdef DATA_SIZE
    static assay_status output_data(assay_session *session, uint32_t index, assay_tensor *tensor, const void **data, assay_error *error) {
      static const int64_t shape[] = {1, DATA_SIZE};
      *data = session->own;
      return describe_tensor(tensor, DATA_NAME, ASSAY_FLOAT32, 2, shape, 0);
    }
    #endif
    #ifdef __cplusplus
    extern "C"
    #endif
    ASSAY_EXPORT const assay_engine_api *ENTRY(uint32_t version) {
      static const assay_engine_api api = {
          TABLE_SIZE, VERSION, create, destroy, describe, compile, destroy_model, one, count, input, output, NULL,
          DESCRIBE_MODEL,
          open_session, destroy_session, INFER, START, WAIT, OUTPUT_DATA};
      return TABLE;
    }
    """#
}
