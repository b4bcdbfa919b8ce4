// Stands in for OpenVINO 2022.3 with Intel's MYRIAD plug-in and two Neural Compute Sticks 2. It reads no model: whatever the file, the
// model has one float32 input `input` [1,4] and one float32 output `output` [1,4], and an inference computes output = 2 * input + 1.
//
// As in 2022.3, there is no ov_get_last_err_msg, so a failure has no reason; with WITH_REASONS there is one, in the vendor's words.
// Variables make it fail:
//   STAND_IN_STICKS=0         no stick is plugged in (a number: of sticks, 2 at most)
//   STAND_IN_NO_BOOT          MYRIAD does not compile: the stick does not start
//   STAND_IN_PULLED_OUT_AT=N  the Nth inference on MYRIAD fails, and all after it: the stick is pulled out
// STAND_IN_NOTES=FILE gets a line for each model compiled: the device, then the properties.
#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif
#include "openvino.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { GENERAL_ERROR = -1, NOT_FOUND = -5 };
enum { LENGTH = 4, F32 = 5 };

// Each has a member, because an empty struct has no size in C.
struct ov_core { int unused; };
struct ov_model { int unused; };
struct ov_compiled_model { int is_on_stick; };
struct ov_infer_request { int is_on_stick; float input[LENGTH], output[LENGTH]; };
struct ov_tensor { void *data; size_t bytes; int is_owner; };
struct ov_output_const_port { int is_output; };

static ov_core_t the_core;
static ov_model_t the_model;
static _Thread_local char words[256];

static ov_status_e fail(ov_status_e status, const char *text) {
  snprintf(words, sizeof words, "%s", text);
  return status;
}
static char *copy(const char *text) { return strdup(text); }

void ov_free(const char *content) { free((void *)content); }
const char *ov_get_error_info(ov_status_e status) {
  return status == GENERAL_ERROR ? "general error" : status == NOT_FOUND ? "not found" : "invalid C parameter";
}
#ifdef WITH_REASONS
const char *ov_get_last_err_msg(void) { return copy(words); }
#endif
ov_status_e ov_get_openvino_version(ov_version_t *version) {
  version->build_number = copy("2022.3.2-9279-e2c7e4d7b4d-releases/2022/3");
  version->description = copy("OpenVINO Runtime");
  return OV_STATUS_OK;
}
void ov_version_free(ov_version_t *version) {
  free((void *)version->build_number);
  free((void *)version->description);
}

// The core and its devices.

static const char *const devices[] = {"CPU", "MYRIAD.1.2-ma2480", "MYRIAD.1.4-ma2480"};

static size_t device_count(void) {
  const char *sticks = getenv("STAND_IN_STICKS");
  return 1 + (sticks ? (size_t)atoi(sticks) : 2);
}
ov_status_e ov_core_create(ov_core_t **core) { return *core = &the_core, OV_STATUS_OK; }
void ov_core_free(ov_core_t *core) { (void)core; }
ov_status_e ov_core_get_available_devices(const ov_core_t *core, ov_available_devices_t *list) {
  (void)core;
  list->size = device_count();
  list->devices = malloc(list->size * sizeof *list->devices);
  for (size_t i = 0; i < list->size; i++) list->devices[i] = copy(devices[i]);
  return OV_STATUS_OK;
}
void ov_available_devices_free(ov_available_devices_t *list) {
  for (size_t i = 0; i < list->size; i++) free(list->devices[i]);
  free(list->devices);
}

/// Whether a name is `MYRIAD`, for any stick, or that of a stick that is here. The case of its number counts.
static int is_stick(const char *name, size_t length) {
  if (length == 6 && strncmp(name, "MYRIAD", 6) == 0) return device_count() > 1;
  for (size_t i = 1; i < device_count(); i++) {
    if (strlen(devices[i]) == length && strncmp(devices[i], name, length) == 0) return 1;
  }
  return 0;
}
ov_status_e ov_core_get_property(const ov_core_t *core, const char *device, const char *key, char **value) {
  (void)core;
  int stick = is_stick(device, strlen(device));
  if (!stick && strcmp(device, "CPU") != 0) return fail(NOT_FOUND, "Device is not registered");
  if (strcmp(key, "FULL_DEVICE_NAME") == 0) {
    *value = copy(stick ? "Intel Movidius Myriad X VPU" : "Stand-in CPU");
  } else if (strcmp(key, "SUPPORTED_PROPERTIES") == 0) {
    *value = copy(stick ? "FULL_DEVICE_NAME PERFORMANCE_HINT" : "FULL_DEVICE_NAME NUM_STREAMS INFERENCE_NUM_THREADS");
  } else {
    return fail(NOT_FOUND, "Unsupported property");
  }
  return OV_STATUS_OK;
}
ov_status_e ov_core_set_property(const ov_core_t *core, const char *device, ...) {
  (void)core, (void)device;
  return OV_STATUS_OK;
}

// The model.

ov_status_e ov_core_read_model(const ov_core_t *core, const char *path, const char *weights, ov_model_t **model) {
  (void)core, (void)path, (void)weights;
  return *model = &the_model, OV_STATUS_OK;
}
void ov_model_free(ov_model_t *model) { (void)model; }
static ov_status_e make_port(int is_output, size_t index, ov_output_const_port_t **port) {
  if (index != 0) return OV_STATUS_INVALID_C_PARAM;
  *port = malloc(sizeof **port);
  (*port)->is_output = is_output;
  return OV_STATUS_OK;
}
ov_status_e ov_model_inputs_size(const ov_model_t *model, size_t *size) { return (void)model, *size = 1, OV_STATUS_OK; }
ov_status_e ov_model_outputs_size(const ov_model_t *model, size_t *size) { return (void)model, *size = 1, OV_STATUS_OK; }
ov_status_e ov_model_const_input_by_index(const ov_model_t *model, size_t index, ov_output_const_port_t **port) {
  return (void)model, make_port(0, index, port);
}
ov_status_e ov_model_const_output_by_index(const ov_model_t *model, size_t index, ov_output_const_port_t **port) {
  return (void)model, make_port(1, index, port);
}
ov_status_e ov_model_reshape_by_port_indexes(
    const ov_model_t *model, const size_t *indexes, const ov_partial_shape_t *shapes, size_t size) {
  (void)model, (void)indexes, (void)shapes, (void)size;
  return fail(GENERAL_ERROR, "The shape of the stand-in is [1,4]");
}
ov_status_e ov_port_get_any_name(const ov_output_const_port_t *port, char **name) {
  return *name = copy(port->is_output ? "output" : "input"), OV_STATUS_OK;
}
ov_status_e ov_port_get_partial_shape(const ov_output_const_port_t *port, ov_partial_shape_t *shape) {
  (void)port;
  shape->rank = (ov_dimension_t){2, 2};
  shape->dims = malloc(2 * sizeof *shape->dims);
  shape->dims[0] = (ov_dimension_t){1, 1};
  shape->dims[1] = (ov_dimension_t){LENGTH, LENGTH};
  return OV_STATUS_OK;
}
ov_status_e ov_port_get_element_type(const ov_output_const_port_t *port, ov_element_type_e *type) {
  return (void)port, *type = F32, OV_STATUS_OK;
}
void ov_output_const_port_free(ov_output_const_port_t *port) { free(port); }
void ov_partial_shape_free(ov_partial_shape_t *shape) { free(shape->dims); }
ov_status_e ov_shape_free(ov_shape_t *shape) { return free(shape->dims), OV_STATUS_OK; }

// The compiled model.

/// Whether all of `HETERO:A,B`, or the one device, are here; `is_on_stick` if the first is a stick.
static int exists(const char *device, int *is_on_stick) {
  static const char *const distributors[] = {"HETERO:", "MULTI:"};
  for (size_t i = 0; i < 2; i++) {
    if (strncmp(device, distributors[i], strlen(distributors[i])) == 0) device += strlen(distributors[i]);
  }
  *is_on_stick = strncmp(device, "MYRIAD", 6) == 0;
  for (size_t length; *device; device += length + (device[length] == ',')) {
    length = strcspn(device, ",");
    if (!is_stick(device, length) && !(length == 3 && strncmp(device, "CPU", 3) == 0)) return 0;
  }
  return 1;
}
static void note(const char *device, size_t count, va_list arguments) {
  const char *path = getenv("STAND_IN_NOTES");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (!file) return;
  fputs(device, file);
  for (size_t i = 0; i < count; i++) fprintf(file, i % 2 ? "=%s" : " %s", va_arg(arguments, const char *));
  fputs("\n", file);
  fclose(file);
}
ov_status_e ov_core_compile_model(
    const ov_core_t *core, const ov_model_t *model, const char *device, const size_t count,
    ov_compiled_model_t **compiled, ...) {
  (void)core, (void)model;
  int is_on_stick;
  if (!exists(device, &is_on_stick)) return fail(NOT_FOUND, "Device with this name is not registered in the OpenVINO Runtime");
  if (is_on_stick && getenv("STAND_IN_NO_BOOT")) return fail(GENERAL_ERROR, "Can not init Myriad device: NC_ERROR");
  va_list arguments;
  va_start(arguments, compiled);
  note(device, count, arguments);
  va_end(arguments);
  *compiled = malloc(sizeof **compiled);
  (*compiled)->is_on_stick = is_on_stick;
  return OV_STATUS_OK;
}
void ov_compiled_model_free(ov_compiled_model_t *model) { free(model); }
ov_status_e ov_compiled_model_inputs_size(const ov_compiled_model_t *model, size_t *size) {
  return (void)model, *size = 1, OV_STATUS_OK;
}
ov_status_e ov_compiled_model_outputs_size(const ov_compiled_model_t *model, size_t *size) {
  return (void)model, *size = 1, OV_STATUS_OK;
}
ov_status_e ov_compiled_model_input_by_index(
    const ov_compiled_model_t *model, size_t index, ov_output_const_port_t **port) {
  return (void)model, make_port(0, index, port);
}
ov_status_e ov_compiled_model_output_by_index(
    const ov_compiled_model_t *model, size_t index, ov_output_const_port_t **port) {
  return (void)model, make_port(1, index, port);
}
// MYRIAD tells neither the devices nor the precision of a compiled model.
ov_status_e ov_compiled_model_get_property(const ov_compiled_model_t *model, const char *key, char **value) {
  (void)model, (void)key, (void)value;
  return fail(NOT_FOUND, "Unsupported property");
}
ov_status_e ov_compiled_model_create_infer_request(const ov_compiled_model_t *model, ov_infer_request_t **request) {
  *request = calloc(1, sizeof **request);
  (*request)->is_on_stick = model->is_on_stick;
  return OV_STATUS_OK;
}

// The infer request and its tensors.

void ov_infer_request_free(ov_infer_request_t *request) { free(request); }
static ov_status_e make_tensor(void *data, size_t bytes, int is_owner, ov_tensor_t **tensor) {
  *tensor = malloc(sizeof **tensor);
  **tensor = (ov_tensor_t){data, bytes, is_owner};
  return OV_STATUS_OK;
}
/// Of the stand-in, layers and their times cannot be asked.
ov_status_e ov_compiled_model_get_runtime_model(const ov_compiled_model_t *compiled, ov_model_t **model) {
  (void)compiled, (void)model;
  return fail(GENERAL_ERROR, "The stand-in has no runtime model");
}
ov_status_e ov_infer_request_get_profiling_info(const ov_infer_request_t *request, ov_profiling_info_list_t *list) {
  (void)request, (void)list;
  return fail(GENERAL_ERROR, "The stand-in does not profile");
}
void ov_profiling_info_list_free(ov_profiling_info_list_t *list) { (void)list; }
ov_status_e ov_infer_request_get_input_tensor_by_index(
    const ov_infer_request_t *request, size_t index, ov_tensor_t **tensor) {
  if (index != 0) return OV_STATUS_INVALID_C_PARAM;
  return make_tensor((void *)request->input, sizeof request->input, 0, tensor);
}
ov_status_e ov_infer_request_get_output_tensor_by_index(
    const ov_infer_request_t *request, size_t index, ov_tensor_t **tensor) {
  if (index != 0) return OV_STATUS_INVALID_C_PARAM;
  return make_tensor((void *)request->output, sizeof request->output, 0, tensor);
}
ov_status_e ov_infer_request_infer(ov_infer_request_t *request) {
  static long inferences;
  inferences += request->is_on_stick;
  const char *end = getenv("STAND_IN_PULLED_OUT_AT");
  if (request->is_on_stick && end && inferences >= atol(end)) {
    return fail(GENERAL_ERROR, "Failed to read output from FIFO: NC_ERROR");
  }
  for (int i = 0; i < LENGTH; i++) request->output[i] = 2 * request->input[i] + 1;
  return OV_STATUS_OK;
}
ov_status_e ov_infer_request_start_async(ov_infer_request_t *request) { return ov_infer_request_infer(request); }
ov_status_e ov_infer_request_wait(ov_infer_request_t *request) {
  (void)request;
  return OV_STATUS_OK;
}
/// In 2022.3's numbers: undefined, dynamic, boolean, bf16, f16, f32, f64, i4, i8, i16, i32, i64, u1, u4, u8, u16, u32, u64.
ov_status_e ov_tensor_create(ov_element_type_e type, ov_shape_t shape, ov_tensor_t **tensor) {
  static const size_t bits[] = {0, 0, 8, 16, 16, 32, 64, 4, 8, 16, 32, 64, 1, 4, 8, 16, 32, 64};
  if (type >= sizeof bits / sizeof *bits) return OV_STATUS_INVALID_C_PARAM;
  size_t count = 1;
  for (int64_t i = 0; i < shape.rank; i++) count *= (size_t)shape.dims[i];
  size_t bytes = (count * bits[type] + 7) / 8;
  return make_tensor(calloc(1, bytes + 1), bytes, 1, tensor);
}
void ov_tensor_free(ov_tensor_t *tensor) {
  if (tensor->is_owner) free(tensor->data);
  free(tensor);
}
ov_status_e ov_tensor_get_shape(const ov_tensor_t *tensor, ov_shape_t *shape) {
  (void)tensor;
  shape->rank = 2;
  shape->dims = malloc(2 * sizeof *shape->dims);
  shape->dims[0] = 1, shape->dims[1] = LENGTH;
  return OV_STATUS_OK;
}
ov_status_e ov_tensor_get_byte_size(const ov_tensor_t *tensor, size_t *size) { return *size = tensor->bytes, OV_STATUS_OK; }
ov_status_e ov_tensor_data(const ov_tensor_t *tensor, void **data) { return *data = tensor->data, OV_STATUS_OK; }
