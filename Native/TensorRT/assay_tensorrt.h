// What Assay asks of TensorRT, as a C ABI: TensorRT itself has only C++ classes, whose layout is that of its headers.
//
// `assay engines build tensorrt` compiles assay_tensorrt.cpp on the user's machine. The shim loads TensorRT and CUDA's driver at run
// time, so it needs neither to be built. No C++ exception crosses this line. An object may be used on several threads, save for a
// session, which belongs to one.
#ifndef ASSAY_TENSORRT_H
#define ASSAY_TENSORRT_H

#include <stddef.h>
#include <stdint.h>

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// Changes with every change of this file that older programs cannot read.
enum { ASSAY_TRT_ABI = 1, ASSAY_TRT_MAXIMUM_RANK = 8 };

/// Why a function failed. `last_error` says it in words.
typedef int32_t assay_trt_status;
enum {
  ASSAY_TRT_OK = 0,
  /// No library, or one that the shim's headers do not describe.
  ASSAY_TRT_BAD_LIBRARY = 1,
  /// No driver of CUDA, or no such GPU.
  ASSAY_TRT_NO_DEVICE = 2,
  /// A model or an engine file that is damaged or missing.
  ASSAY_TRT_BAD_MODEL = 3,
  /// An operation, a type, or an option that this TensorRT lacks.
  ASSAY_TRT_UNSUPPORTED = 4,
  ASSAY_TRT_NO_MEMORY = 5,
  /// An error of TensorRT or CUDA while they work.
  ASSAY_TRT_FAILED = 6,
};

typedef int32_t assay_trt_precision;
enum {
  /// The types that the model declares.
  ASSAY_TRT_PRECISION_OF_MODEL = 0,
  ASSAY_TRT_FLOAT32 = 1,
  /// Layers may compute in it; others stay in float32.
  ASSAY_TRT_FLOAT16 = 2,
  ASSAY_TRT_INT8 = 3,
};

/// TensorRT and CUDA's driver.
typedef struct assay_trt_library assay_trt_library;
/// A parsed ONNX model.
typedef struct assay_trt_network assay_trt_network;
/// A model that was built for a GPU.
typedef struct assay_trt_engine assay_trt_engine;
/// One execution context with its stream and its memory.
typedef struct assay_trt_session assay_trt_session;

typedef struct {
  int64_t sizes[ASSAY_TRT_MAXIMUM_RANK];
  /// -1 where it is unknown.
  int32_t rank;
} assay_trt_shape;

typedef struct {
  /// Valid while its owner lives.
  const char *_Nonnull name;
  /// A size of -1 is dynamic.
  assay_trt_shape shape;
  /// TensorRT's number of the type, the same in all versions that the shim serves.
  int32_t type;
  int32_t is_input;
  /// Host memory of a session's tensor, page-locked; NULL for tensors of others.
  void *_Nullable memory;
  size_t bytes;
} assay_trt_tensor;

typedef struct {
  /// Of the inputs, in their order, every size known.
  const assay_trt_shape *_Nullable shapes;
  size_t shape_count;
  /// A file that is read if it exists, and written after the build; NULL for none.
  const char *_Nullable timing_cache;
  /// A limit in bytes; 0 for TensorRT's own.
  uint64_t workspace;
} assay_trt_build_options;

typedef struct {
  uint32_t abi;
  /// The version of the headers that the shim is compiled with: 11.1.0 is 110100, as getInferLibVersion writes it.
  int32_t headers;
  /// Words about the last failure on this thread, with those of TensorRT.
  const char *_Nonnull (*_Nonnull last_error)(void);

  /// Opens TensorRT's runtime at a path or by a name; its parser and plug-ins are looked for beside it. Starts no driver.
  assay_trt_status (*_Nonnull open)(const char *_Nonnull runtime, assay_trt_library *_Nullable *_Nonnull library);
  /// The library's own version, as in `headers`.
  int32_t (*_Nonnull version)(assay_trt_library *_Nonnull library);
  /// The file that holds the runtime.
  const char *_Nonnull (*_Nonnull path)(assay_trt_library *_Nonnull library);
  assay_trt_status (*_Nonnull device_count)(assay_trt_library *_Nonnull library, int32_t *_Nonnull count);
  assay_trt_status (*_Nonnull device_name)(
      assay_trt_library *_Nonnull library, int32_t device, char *_Nonnull name, size_t capacity);

  assay_trt_status (*_Nonnull parse)(
      assay_trt_library *_Nonnull library, int32_t device, const char *_Nonnull path, assay_trt_precision precision,
      assay_trt_network *_Nullable *_Nonnull network);
  int32_t (*_Nonnull network_tensor_count)(assay_trt_network *_Nonnull network);
  assay_trt_tensor (*_Nonnull network_tensor)(assay_trt_network *_Nonnull network, int32_t index);
  assay_trt_status (*_Nonnull build)(
      assay_trt_network *_Nonnull network, const assay_trt_build_options *_Nonnull options,
      assay_trt_engine *_Nullable *_Nonnull engine);
  void (*_Nonnull destroy_network)(assay_trt_network *_Nonnull network);

  /// Loads an engine file.
  assay_trt_status (*_Nonnull load)(
      assay_trt_library *_Nonnull library, int32_t device, const char *_Nonnull path,
      assay_trt_engine *_Nullable *_Nonnull engine);
  int32_t (*_Nonnull engine_tensor_count)(assay_trt_engine *_Nonnull engine);
  assay_trt_tensor (*_Nonnull engine_tensor)(assay_trt_engine *_Nonnull engine, int32_t index);
  /// From the parsed model to the serialised engine; 0 for a loaded file.
  double (*_Nonnull build_milliseconds)(assay_trt_engine *_Nonnull engine);
  /// Size of the serialised engine.
  uint64_t (*_Nonnull engine_bytes)(assay_trt_engine *_Nonnull engine);
  /// In TensorRT's words; NULL for a loaded file, which does not tell.
  const char *_Nullable (*_Nonnull engine_precision)(assay_trt_engine *_Nonnull engine);
  void (*_Nonnull destroy_engine)(assay_trt_engine *_Nonnull engine);

  /// Makes a context for inputs of these shapes. The engine must outlive it.
  assay_trt_status (*_Nonnull make_session)(
      assay_trt_engine *_Nonnull engine, const assay_trt_shape *_Nullable shapes, size_t shape_count,
      assay_trt_session *_Nullable *_Nonnull session);
  /// In the order of the engine's tensors, with memory.
  assay_trt_tensor (*_Nonnull session_tensor)(assay_trt_session *_Nonnull session, int32_t index);
  /// Copies the inputs to the GPU, runs the model, copies the outputs back, and waits for them.
  assay_trt_status (*_Nonnull infer)(assay_trt_session *_Nonnull session);
  /// What the GPU took for the model in the last inference, without copies, by CUDA's events; 0 if they do not tell.
  double (*_Nonnull device_milliseconds)(assay_trt_session *_Nonnull session);
  void (*_Nonnull destroy_session)(assay_trt_session *_Nonnull session);
} assay_trt_api;

/// The only symbol of the shim.
__attribute__((visibility("default")))
const assay_trt_api *_Nonnull assay_tensorrt_api(void);

#ifdef __cplusplus
}
#endif
#endif
