// What Assay uses of TensorFlow Lite's C API (libtensorflowlite_c.so 2.14 and later), of external delegates, and of
// libedgetpu.so.1: github.com/tensorflow/tensorflow, tensorflow/lite/core/c and tensorflow/lite/delegates/external;
// github.com/google-coral/libedgetpu, tflite/public/edgetpu_c.h.
#ifndef ASSAY_TFLITE_H
#define ASSAY_TFLITE_H

#include <stddef.h>
#include <stdint.h>

#include "tflite_types.h"

#pragma clang assume_nonnull begin

// Handles: objects of the library. Tensors, contexts and operators belong to their interpreter.
typedef struct TfLiteModel TfLiteModel;
typedef struct TfLiteInterpreterOptions TfLiteInterpreterOptions;
typedef struct TfLiteInterpreter TfLiteInterpreter;
typedef struct TfLiteSignatureRunner TfLiteSignatureRunner;
typedef struct TfLiteTensor TfLiteTensor;
typedef struct TfLiteDelegate TfLiteDelegate;
typedef struct TfLiteOpaqueContext TfLiteOpaqueContext;
typedef struct TfLiteOpaqueNode TfLiteOpaqueNode;
typedef struct TfLiteOperator TfLiteOperator;

typedef enum {
  kTfLiteOk = 0,
  kTfLiteError = 1,
  /// A delegate failed, and the graph is as it was before any delegate.
  kTfLiteDelegateError = 2,
  /// A delegate does not fit a graph, which is unchanged.
  kTfLiteApplicationError = 3,
  kTfLiteUnresolvedOps = 7,
} TfLiteStatus;

/// Per tensor; a scale of 0 is none.
typedef struct {
  float scale;
  int32_t zero_point;
} TfLiteQuantizationParams;

_Static_assert(sizeof(TfLiteQuantizationParams) == 8, "TfLiteQuantizationParams");

typedef struct {
  int size;
  int data[];
} TfLiteIntArray;

/// The first field in every version; the size and the rest differ, so the library fills all of it.
typedef struct {
  int32_t num_threads;
  uint32_t others[63];
} TfLiteXNNPackDelegateOptions;

/// `kTfLiteDelegateFlagsAllowDynamicTensors`: without it, the library prepares all operations before it asks the delegate.
enum { kTfLiteDelegateFlagsAllowDynamicTensors = 1 };

/// Describes a delegate written against the opaque functions.
typedef struct {
  void *_Nullable data;
  TfLiteStatus (*_Nullable Prepare)(TfLiteOpaqueContext *context, TfLiteDelegate *delegate, void *data);
  void *_Nullable buffer_functions[3];
  int64_t flags;
  // Room for what newer versions may read beyond.
  uint64_t reserved[4];
} TfLiteOpaqueDelegateBuilder;

_Static_assert(offsetof(TfLiteOpaqueDelegateBuilder, flags) == 40, "TfLiteOpaqueDelegateBuilder");

/// A `void (*)(void *data, const char *format, va_list arguments)`. Untyped, because Swift sees a `va_list` differently on each
/// architecture.
typedef void *TfLiteErrorReporter;

/// The functions of the library that Assay calls, each under its name without the prefix `TfLite`.
typedef struct {
  const char *_Nonnull (*_Nonnull Version)(void);

  TfLiteModel *_Nullable (*_Nonnull ModelCreateFromFileWithErrorReporter)(
      const char *path, TfLiteErrorReporter reporter, void *_Nullable data);
  void (*ModelDelete)(TfLiteModel *model);

  TfLiteInterpreterOptions *_Nullable (*_Nonnull InterpreterOptionsCreate)(void);
  void (*InterpreterOptionsDelete)(TfLiteInterpreterOptions *options);
  void (*InterpreterOptionsSetNumThreads)(TfLiteInterpreterOptions *options, int32_t threads);
  void (*InterpreterOptionsSetErrorReporter)(
      TfLiteInterpreterOptions *options, TfLiteErrorReporter reporter, void *_Nullable data);

  TfLiteInterpreter *_Nullable (*_Nonnull InterpreterCreate)(TfLiteModel *model, TfLiteInterpreterOptions *options);
  void (*InterpreterDelete)(TfLiteInterpreter *interpreter);
  TfLiteStatus (*InterpreterModifyGraphWithDelegate)(TfLiteInterpreter *interpreter, TfLiteDelegate *delegate);
  int32_t (*InterpreterGetInputTensorCount)(TfLiteInterpreter *interpreter);
  TfLiteTensor *_Nullable (*_Nonnull InterpreterGetInputTensor)(TfLiteInterpreter *interpreter, int32_t index);
  int32_t (*InterpreterGetOutputTensorCount)(TfLiteInterpreter *interpreter);
  TfLiteTensor *_Nullable (*_Nonnull InterpreterGetOutputTensor)(TfLiteInterpreter *interpreter, int32_t index);
  TfLiteStatus (*InterpreterResizeInputTensor)(
      TfLiteInterpreter *interpreter, int32_t index, const int *dimensions, int32_t rank);
  TfLiteStatus (*InterpreterAllocateTensors)(TfLiteInterpreter *interpreter);
  TfLiteStatus (*InterpreterInvoke)(TfLiteInterpreter *interpreter);

  TfLiteSignatureRunner *_Nullable (*_Nonnull InterpreterGetSignatureRunner)(TfLiteInterpreter *interpreter, const char *key);
  void (*SignatureRunnerDelete)(TfLiteSignatureRunner *runner);
  TfLiteTensor *_Nullable (*_Nonnull SignatureRunnerGetInputTensor)(TfLiteSignatureRunner *runner, const char *name);
  TfLiteTensor *_Nullable (*_Nonnull SignatureRunnerGetOutputTensor)(TfLiteSignatureRunner *runner, const char *name);
  /// Changes only dimensions that the model leaves open.
  TfLiteStatus (*SignatureRunnerResizeInputTensor)(
      TfLiteSignatureRunner *runner, const char *name, const int *dimensions, int32_t rank);
  TfLiteStatus (*SignatureRunnerAllocateTensors)(TfLiteSignatureRunner *runner);
  TfLiteStatus (*SignatureRunnerInvoke)(TfLiteSignatureRunner *runner);

  /// A `TfLiteType`, or a number beyond it.
  uint32_t (*TensorType)(TfLiteTensor *tensor);
  int32_t (*TensorNumDims)(TfLiteTensor *tensor);
  int32_t (*TensorDim)(TfLiteTensor *tensor, int32_t index);
  size_t (*TensorByteSize)(TfLiteTensor *tensor);
  void *_Nullable (*_Nonnull TensorData)(TfLiteTensor *tensor);
  const char *_Nullable (*_Nonnull TensorName)(TfLiteTensor *tensor);
  TfLiteQuantizationParams (*TensorQuantizationParams)(TfLiteTensor *tensor);
  /// 4 (`kTfLiteDynamic`) for a tensor whose shape only an inference can tell.
  int (*TensorAllocationType)(TfLiteTensor *tensor);

  TfLiteXNNPackDelegateOptions (*XNNPackDelegateOptionsDefault)(void);
  TfLiteDelegate *_Nullable (*_Nonnull XNNPackDelegateCreate)(const TfLiteXNNPackDelegateOptions *options);
  void (*XNNPackDelegateDelete)(TfLiteDelegate *delegate);

  TfLiteDelegate *_Nullable (*_Nonnull OpaqueDelegateCreate)(const TfLiteOpaqueDelegateBuilder *builder);
  void (*OpaqueDelegateDelete)(TfLiteDelegate *delegate);
  TfLiteStatus (*OpaqueContextGetExecutionPlan)(
      TfLiteOpaqueContext *context, TfLiteIntArray *_Nullable *_Nonnull plan);
  TfLiteStatus (*OpaqueContextGetNodeAndRegistration)(
      TfLiteOpaqueContext *context, int index, TfLiteOpaqueNode *_Nullable *_Nonnull node,
      TfLiteOperator *_Nullable *_Nonnull registration);
  int32_t (*OperatorGetBuiltInCode)(TfLiteOperator *registration);
  const char *_Nullable (*_Nonnull OperatorGetCustomName)(TfLiteOperator *registration);
} TfLiteFunctions;

enum { kTfLiteDynamic = 4 };

/// Reports what goes wrong while a delegate is made.
typedef void (*TfLiteDelegateErrorHandler)(const char *message);

/// The functions of an external delegate, without the prefix `tflite_plugin_`.
typedef struct {
  TfLiteDelegate *_Nullable (*_Nonnull create_delegate)(
      char *_Nullable *_Nonnull keys, char *_Nullable *_Nonnull values, size_t count,
      TfLiteDelegateErrorHandler report_error);
  void (*destroy_delegate)(TfLiteDelegate *delegate);
} TfLiteExternalDelegateFunctions;

typedef enum {
  EDGETPU_APEX_PCI = 0,
  EDGETPU_APEX_USB = 1,
} edgetpu_device_type;

typedef struct {
  edgetpu_device_type type;
  const char *path;
} edgetpu_device;

_Static_assert(sizeof(edgetpu_device) == 16 && offsetof(edgetpu_device, path) == 8, "edgetpu_device");

/// The functions of libedgetpu, without the prefix `edgetpu_`.
typedef struct {
  edgetpu_device *_Nullable (*_Nonnull list_devices)(size_t *count);
  void (*free_devices)(edgetpu_device *devices);
  TfLiteDelegate *_Nullable (*_Nonnull create_delegate)(
      edgetpu_device_type type, const char *path, const void *_Nullable options, size_t option_count);
  void (*free_delegate)(TfLiteDelegate *delegate);
  /// `BuildLabel(N/A), RuntimeVersion(14)`
  const char *_Nonnull (*_Nonnull version)(void);
} EdgeTPUFunctions;

enum { ASSAY_TFLITE_MESSAGE_BYTES = 4096 };

/// What the library has reported, one line a message, as far as there is room.
typedef struct {
  size_t count;
  char text[ASSAY_TFLITE_MESSAGE_BYTES];
} AssayTFLiteMessages;

/// The reporter that appends to the `AssayTFLiteMessages` at its `data`.
TfLiteErrorReporter assay_tflite_reporter(void);

/// Where `assay_tflite_report_delegate` appends on this thread: a delegate's error handler has no argument for it.
void assay_tflite_set_delegate_messages(AssayTFLiteMessages *_Nullable messages);

/// A `TfLiteDelegateErrorHandler`.
void assay_tflite_report_delegate(const char *message);

#pragma clang assume_nonnull end

#endif
