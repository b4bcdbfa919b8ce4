// Stands in for the shim of TensorRT and a machine with GPUs. It reads no model: whatever the file, it computes y = 2x + 1 for float32
// inputs of the shape [?, 4]. Words in the file and variables make it fail as TensorRT does, in TensorRT's words.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assay_tensorrt.h"

struct assay_trt_library { int unused; };
struct assay_trt_network { assay_trt_precision precision; };
struct assay_trt_engine {
  assay_trt_precision precision;
  int is_built;
  long batch;
};
struct assay_trt_session {
  long batch;
  float *input, *output;
  long runs;
};

static struct assay_trt_library the_library;
static _Thread_local char words[512];

static assay_trt_status fail(assay_trt_status status, const char *text) {
  snprintf(words, sizeof words, "%s", text);
  return status;
}
static const char *last_error(void) { return words; }

static assay_trt_status open_library(const char *runtime, assay_trt_library **library) {
  FILE *file = strchr(runtime, '/') ? fopen(runtime, "rb") : stdin;
  if (!file) return fail(ASSAY_TRT_BAD_LIBRARY, "cannot open shared object file");
  if (file != stdin) fclose(file);
  *library = &the_library;
  return ASSAY_TRT_OK;
}
static int32_t version(assay_trt_library *library) { return (void)library, 101600; }
static const char *path(assay_trt_library *library) { return (void)library, "/stand-in/libnvinfer.so.10"; }

static int gpus(void) {
  const char *count = getenv("STAND_IN_GPUS");
  return count ? atoi(count) : 1;
}
static assay_trt_status device_count(assay_trt_library *library, int32_t *count) {
  (void)library;
  if (gpus() == 0) return fail(ASSAY_TRT_NO_DEVICE, "CUDA does not start: no CUDA-capable device is detected (CUDA's error 100)");
  *count = gpus();
  return ASSAY_TRT_OK;
}
static assay_trt_status device_name(assay_trt_library *library, int32_t device, char *name, size_t capacity) {
  (void)library;
  snprintf(name, capacity, "Stand-in GPU %d", device);
  return ASSAY_TRT_OK;
}
static assay_trt_status use(int32_t device) {
  int32_t count = 0;
  assay_trt_status status = device_count(&the_library, &count);
  if (status != ASSAY_TRT_OK || device < count) return status;
  return fail(ASSAY_TRT_NO_DEVICE, "CUDA lists 1 GPUs, and none of this number");
}

/// Whether a file has a text in its first bytes.
static int says(const char *file, const char *text) {
  char bytes[256] = {0};
  FILE *stream = fopen(file, "rb");
  if (!stream) return 0;
  bytes[fread(bytes, 1, sizeof bytes - 1, stream)] = 0;
  fclose(stream);
  return strstr(bytes, text) != NULL;
}

static assay_trt_status parse(
    assay_trt_library *library, int32_t device, const char *file, assay_trt_precision precision,
    assay_trt_network **network) {
  (void)library;
  assay_trt_status status = use(device);
  if (status != ASSAY_TRT_OK) return status;
  if (says(file, "lacks operator")) {
    return fail(ASSAY_TRT_UNSUPPORTED, "Plugin not found, are the plugin name, version, and namespace correct?");
  }
  if (says(file, "damaged")) return fail(ASSAY_TRT_BAD_MODEL, "Failed to parse the ONNX model.");
  *network = malloc(sizeof **network);
  (*network)->precision = precision;
  return ASSAY_TRT_OK;
}

static assay_trt_tensor tensor(int32_t index, long batch) {
  assay_trt_tensor tensor = {.name = index == 0 ? "x" : "y", .type = 0, .is_input = index == 0};
  tensor.shape.rank = 2;
  tensor.shape.sizes[0] = batch, tensor.shape.sizes[1] = 4;
  return tensor;
}
static int32_t network_tensor_count(assay_trt_network *network) { return (void)network, 2; }
static assay_trt_tensor network_tensor(assay_trt_network *network, int32_t index) {
  (void)network;
  return tensor(index, -1);
}

static assay_trt_status build(
    assay_trt_network *network, const assay_trt_build_options *options, assay_trt_engine **engine) {
  if (options->workspace != 0 && options->workspace < 1 << 20) {
    return fail(ASSAY_TRT_UNSUPPORTED, "Could not find any implementation for node y: the workspace is too small");
  }
  if (options->timing_cache) {
    FILE *cache = fopen(options->timing_cache, "ab");
    if (!cache) return fail(ASSAY_TRT_FAILED, "cannot write the timing cache");
    fputs("timed\n", cache), fclose(cache);
  }
  *engine = malloc(sizeof **engine);
  **engine = (struct assay_trt_engine){network->precision, 1, (long)options->shapes[0].sizes[0]};
  return ASSAY_TRT_OK;
}
static void destroy_network(assay_trt_network *network) { free(network); }

static assay_trt_status load(
    assay_trt_library *library, int32_t device, const char *file, assay_trt_engine **engine) {
  (void)library;
  assay_trt_status status = use(device);
  if (status != ASSAY_TRT_OK) return status;
  if (says(file, "other GPU")) {
    return fail(
        ASSAY_TRT_BAD_MODEL,
        "TensorRT does not load it: The engine plan file is generated on an incompatible device, expecting compute 8.7 got "
        "compute 8.6, please rebuild.");
  }
  if (says(file, "other version")) {
    return fail(
        ASSAY_TRT_BAD_MODEL,
        "TensorRT does not load it: The engine plan file is not compatible with this version of TensorRT, expecting library "
        "version 10.16.0.1 got 8.6.1.6, please rebuild.");
  }
  if (!says(file, "whole")) {
    return fail(ASSAY_TRT_BAD_MODEL, "TensorRT does not load it: Serialization assertion magicTagRead == kMAGIC_TAG failed.");
  }
  *engine = malloc(sizeof **engine);
  **engine = (struct assay_trt_engine){ASSAY_TRT_PRECISION_OF_MODEL, 0, 1};
  return ASSAY_TRT_OK;
}
static int32_t engine_tensor_count(assay_trt_engine *engine) { return (void)engine, 2; }
static assay_trt_tensor engine_tensor(assay_trt_engine *engine, int32_t index) { return tensor(index, engine->batch); }
static double build_milliseconds(assay_trt_engine *engine) { return engine->is_built ? 12.5 : 0; }
static uint64_t engine_bytes(assay_trt_engine *engine) { return (void)engine, 4096; }
static const char *engine_precision(assay_trt_engine *engine) {
  static const char *const names[] = {"the model's types", "FP32", "FP32+FP16", "FP32+INT8"};
  return engine->is_built ? names[engine->precision] : NULL;
}
static void destroy_engine(assay_trt_engine *engine) { free(engine); }

static assay_trt_status make_session(
    assay_trt_engine *engine, const assay_trt_shape *shapes, size_t shape_count, assay_trt_session **session) {
  if (shape_count != 1 || shapes[0].sizes[0] != engine->batch) return fail(ASSAY_TRT_FAILED, "a shape is missing");
  *session = malloc(sizeof **session);
  size_t count = (size_t)engine->batch * 4;
  **session = (struct assay_trt_session){
      engine->batch, calloc(count, sizeof(float)), calloc(count, sizeof(float)), 0};
  return ASSAY_TRT_OK;
}
static assay_trt_tensor session_tensor(assay_trt_session *session, int32_t index) {
  assay_trt_tensor result = tensor(index, session->batch);
  result.memory = index == 0 ? session->input : session->output;
  result.bytes = (size_t)session->batch * 4 * sizeof(float);
  return result;
}
static assay_trt_status infer(assay_trt_session *session) {
  if (getenv("STAND_IN_FAILS")) return fail(ASSAY_TRT_FAILED, "the GPU failed: an illegal memory access was encountered");
  session->runs += 1;
  for (long index = 0; index < session->batch * 4; ++index) session->output[index] = 2 * session->input[index] + 1;
  return ASSAY_TRT_OK;
}
static double device_milliseconds(assay_trt_session *session) { return session->runs == 0 ? 0 : session->runs == 1 ? 9 : 0.25; }
static void destroy_session(assay_trt_session *session) {
  free(session->input), free(session->output), free(session);
}

static const assay_trt_api api = {
    ASSAY_TRT_ABI, 101600, last_error, open_library, version, path, device_count, device_name, parse,
    network_tensor_count, network_tensor, build, destroy_network, load, engine_tensor_count, engine_tensor,
    build_milliseconds, engine_bytes, engine_precision, destroy_engine, make_session, session_tensor, infer,
    device_milliseconds, destroy_session,
};
const assay_trt_api *assay_tensorrt_api(void) { return &api; }
