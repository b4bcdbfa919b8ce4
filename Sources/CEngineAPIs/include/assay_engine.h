/*
 * The interface of Assay's plugins: how a shared library adds an engine.
 *
 * A plugin defines assay_engine_get_api and gives a table of functions. Assay calls them in a worker process that opens this one plugin
 * and measures one model; whatever goes wrong costs that one cell. Documentation/Plugins.md is a tour, Examples/plugin-c a whole plugin.
 *
 * Ownership. What a plugin gives (objects, texts, arrays) stays its own. What Assay gives stays Assay's and is valid during the call,
 *   unless said otherwise. Objects end in the reverse order: sessions, then their model, then the engine. Assay ends every object once.
 * Threads. Assay calls create, describe, compile, reshape and the functions that look at a model on one thread at a time. It may open
 *   sessions of one model on several threads at once, and use each session on the thread that opened it. Sessions run at the same time.
 * Texts are UTF-8, end with a zero byte, and are shorter than 4096 bytes. Lists of texts end with NULL and have at most 64 of them.
 * Exceptions of C++ must not leave a plugin: catch them and return a status.
 * Versions. New fields and functions come at the end of structures, whose first member, struct_size, says how much of one exists. Whoever
 *   allocates a structure sets it, and the other side touches nothing beyond it. ASSAY_ENGINE_VERSION grows only if older plugins break.
 *
 * This file is C99 and C++11, and needs nothing else of Assay.
 */
#ifndef ASSAY_ENGINE_H
#define ASSAY_ENGINE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of this interface. */
#define ASSAY_ENGINE_VERSION 1u

/** Stands before the definition of assay_engine_get_api, and makes it visible where all else is hidden. */
#if defined(__GNUC__)
#define ASSAY_EXPORT __attribute__((visibility("default")))
#else
#define ASSAY_EXPORT
#endif

/** How a call ended. The user sees the text in assay_error with each but ASSAY_OK. */
typedef enum assay_status {
  ASSAY_OK = 0,
  /** The model's file is missing, damaged, or does not compile. */
  ASSAY_BAD_MODEL = 1,
  /** The engine cannot do what is asked: an operation, a type, a shape that the model fixes. */
  ASSAY_UNSUPPORTED = 2,
  /** The device is not there, or does not answer. */
  ASSAY_DEVICE_UNAVAILABLE = 3,
  /** What the user asks makes no sense: an unknown option, no memory for these shapes. */
  ASSAY_BAD_REQUEST = 4,
  /** The engine as a whole cannot work: a driver or a library is missing. */
  ASSAY_ENGINE_UNAVAILABLE = 5,
  /** An inference failed. The session may be used again. */
  ASSAY_INFERENCE_FAILED = 6
} assay_status;

/** The type of a tensor's elements, as they lie in memory. Booleans are bytes, 0 or 1. */
typedef enum assay_type {
  ASSAY_FLOAT32 = 1,
  ASSAY_FLOAT64 = 2,
  ASSAY_FLOAT16 = 3,
  ASSAY_BFLOAT16 = 4,
  ASSAY_INT8 = 5,
  ASSAY_INT16 = 6,
  ASSAY_INT32 = 7,
  ASSAY_INT64 = 8,
  ASSAY_UINT8 = 9,
  ASSAY_UINT16 = 10,
  ASSAY_UINT32 = 11,
  ASSAY_UINT64 = 12,
  ASSAY_BOOL = 13
} assay_type;

/** Kinds of options that an engine takes, as bits. Assay refuses others before it asks. */
typedef enum assay_option {
  /** --precision */
  ASSAY_TAKES_PRECISION = 1,
  /** --engine-option KEY=VALUE */
  ASSAY_TAKES_SETTINGS = 2
} assay_option;

/** Where a call that fails writes why. Assay owns it; every call in progress has its own, so it needs no lock. */
typedef struct assay_error {
  uint32_t struct_size;
  /** Room for the text, in bytes. */
  uint32_t capacity;
  /** One sentence: what is wrong with what. Assay adds the names of the plugin and the model. */
  char *text;
} assay_error;

/** Objects of the plugin, which defines what is in them. */
typedef struct assay_engine assay_engine;
typedef struct assay_model assay_model;
typedef struct assay_session assay_session;

/** What an engine says of itself. Assay allocates it, zeroed; the plugin's texts live as long as the engine. */
typedef struct assay_engine_info {
  uint32_t struct_size;
  /** The kinds of options that it takes: bits of assay_option. */
  uint32_t options;
  /** The name in commands and tables: at most 40 lower-case letters, digits, - and _. */
  const char *name;
  /** The name as its makers write it. */
  const char *display_name;
  /** The version of the library that computes. It has a number. */
  const char *version;
  /** The formats that it reads: tflite, onnx, openvino_ir, saved_model, or the ending of its own files, such as dense for net.dense. */
  const char *const *formats;
  /** The devices of this machine: cpu, gpu, npu:1. The first word is one of assay's, or the plugin's own. */
  const char *const *devices;
  /** What each device is, in the order of devices: "Cortex-A76". NULL where nothing is known. */
  const char *const *hardware;
  /** The precisions that it computes in: f32, f16, bf16, int8. */
  const char *const *precisions;
} assay_engine_info;

/** What to compile, for what. Assay owns it. */
typedef struct assay_compile_request {
  uint32_t struct_size;
  /** Threads for one inference, the calling one included; at least 1. */
  uint32_t threads;
  /** A file, or a folder for formats that are folders. */
  const char *model_path;
  /** One of the engine's formats. */
  const char *format;
  /** One of the engine's devices. */
  const char *device;
  /** f32, f16, bf16 or int8; NULL leaves the choice to the engine. */
  const char *precision;
  /** Keys and values of --engine-option; both lists end with NULL. A key that the engine does not know is ASSAY_BAD_REQUEST. */
  const char *const *setting_keys;
  const char *const *setting_values;
} assay_compile_request;

/** A shape: as many sizes as its rank. */
typedef struct assay_shape {
  const int64_t *sizes;
  size_t rank;
} assay_shape;

/** An input or output. Assay allocates it, zeroed; its name and shape live until the model is reshaped or ends. */
typedef struct assay_tensor {
  uint32_t struct_size;
  /** An assay_type. */
  int32_t type;
  const char *name;
  /** A size of -1 is not known yet; the first inference then tells the type of an output, too. NULL for a scalar. */
  const int64_t *shape;
  /** Of the shape, at most 32; 0 for a scalar, -1 where even the rank is unknown. */
  int32_t rank;
  /** For a quantised tensor: real = scale * (integer - zero_point). A scale of 0 says that it is not quantised. */
  int32_t zero_point;
  double scale;
} assay_tensor;

/** What became of a model, as far as the engine tells. Assay allocates it, zeroed; texts live as long as the model. */
typedef struct assay_model_info {
  uint32_t struct_size;
  /** Whether the two numbers below are known. */
  int32_t counts_operations;
  /** The device that really runs it; NULL for the one that was asked for. */
  const char *device;
  /** The precision that it really computes in, in the engine's words. */
  const char *precision;
  /** Parts that another device runs, a sentence each; NULL for none. The user must allow them. */
  const char *const *fallbacks;
  int64_t operations_on_device;
  int64_t operations_on_cpu;
} assay_model_info;

/**
 * Host memory of one session, in the order of inputs and outputs, each 64-byte aligned and as large as its tensor. An output with a size
 * of -1 has NULL, and its memory is the plugin's. The arrays live during open_session, the memory until the session has ended.
 */
typedef struct assay_buffers {
  uint32_t struct_size;
  uint32_t input_count;
  const void *const *inputs;
  uint32_t output_count;
  void *const *outputs;
} assay_buffers;

/** The functions of a plugin. The plugin owns the table, which never changes. Functions marked optional may be NULL. */
typedef struct assay_engine_api {
  uint32_t struct_size;
  /** ASSAY_ENGINE_VERSION, as the plugin was compiled. */
  uint32_t version;

  /** Makes the engine. It may start a driver, but reads no model. */
  assay_status (*create)(assay_engine **engine, assay_error *error);
  void (*destroy)(assay_engine *engine);
  void (*describe)(assay_engine *engine, assay_engine_info *info);

  /** Reads a model and makes it ready, without running it. What depends on shapes may wait for reshape or open_session. */
  assay_status (*compile)(
      assay_engine *engine, const assay_compile_request *request, assay_model **model, assay_error *error);
  void (*destroy_model)(assay_model *model);

  /** The number of inputs and outputs, at most 1024 each. */
  uint32_t (*input_count)(assay_model *model);
  uint32_t (*output_count)(assay_model *model);
  /** Describes an input or output. Each name is used once. Assay asks for outputs when inputs have their last shapes. */
  assay_status (*input)(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error);
  assay_status (*output)(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error);

  /**
   * Optional. Gives every input the shape that Assay has made of the model's, of --shape and of --batch. Assay calls it at most once,
   * after compile, and only if a size differs from the model's or is -1 there. Afterwards inputs have these shapes. A size that the model
   * fixes is ASSAY_UNSUPPORTED.
   */
  assay_status (*reshape)(assay_model *model, const assay_shape *inputs, assay_error *error);
  /** Optional. */
  void (*describe_model)(assay_model *model, assay_model_info *info);

  /** Makes room for one inference in flight, with the memory that it reads and writes. Assay fills inputs before it infers. */
  assay_status (*open_session)(
      assay_model *model, const assay_buffers *buffers, assay_session **session, assay_error *error);
  void (*destroy_session)(assay_session *session);

  /**
   * Runs the model once: from the host's inputs, which it does not change, to outputs readable in host memory. Assay times this call.
   * It allocates as little as it can. NULL only if start and wait are there.
   */
  assay_status (*infer)(assay_session *session, assay_error *error);
  /** Optional, both or none: begin an inference, and wait until its outputs are readable. Assay calls them in pairs if infer is NULL. */
  assay_status (*start)(assay_session *session, assay_error *error);
  assay_status (*wait)(assay_session *session, assay_error *error);

  /**
   * Optional; needed for outputs with a size of -1. After an inference: the output with all sizes known, and its elements, which stay until
   * the session's next inference.
   */
  assay_status (*output_data)(
      assay_session *session, uint32_t index, assay_tensor *tensor, const void **data, assay_error *error);
} assay_engine_api;

/**
 * The one symbol that a plugin exports.
 *
 * version: the version that Assay speaks. Returns a table of that version, or NULL if the plugin has none.
 */
ASSAY_EXPORT const assay_engine_api *assay_engine_get_api(uint32_t version);

/** Writes why a call fails, as printf does, and returns the status: return assay_fail(error, ASSAY_BAD_MODEL, "line %d ...", line); */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4), unused))
#endif
static inline assay_status
assay_fail(assay_error *error, assay_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->text, error->capacity, format, arguments);
  va_end(arguments);
  return status;
}

#ifdef __cplusplus
}
#endif

#endif
