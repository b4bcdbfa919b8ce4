// What Assay uses of LiteRT's C API (libLiteRt.so of ai-edge-litert 2.x): github.com/google-ai-edge/LiteRT, litert/c.
// The symbols carry the version VERS_1.0, and LiteRT declares the structures here to be stable.
#ifndef ASSAY_LITERT_H
#define ASSAY_LITERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tflite_types.h"

#pragma clang assume_nonnull begin

// Handles: objects of the library, each destroyed by the function of its kind.
typedef struct LiteRtEnvironmentT *LiteRtEnvironment;
typedef struct LiteRtAcceleratorT *LiteRtAccelerator;
typedef struct LiteRtModelT *LiteRtModel;
typedef struct LiteRtSignatureT *LiteRtSignature;
typedef struct LiteRtTensorT *LiteRtTensor;
typedef struct LiteRtOptionsT *LiteRtOptions;
typedef struct LiteRtOpaqueOptionsT *LiteRtOpaqueOptions;
typedef struct LiteRtCompiledModelT *LiteRtCompiledModel;
typedef struct LiteRtTensorBufferT *LiteRtTensorBuffer;

typedef enum {
  kLiteRtStatusOk = 0,
  kLiteRtStatusErrorInvalidArgument = 1,
  kLiteRtStatusErrorMemoryAllocationFailure = 2,
  kLiteRtStatusErrorRuntimeFailure = 3,
  kLiteRtStatusErrorMissingInputTensor = 4,
  kLiteRtStatusErrorUnsupported = 5,
  kLiteRtStatusErrorNotFound = 6,
  kLiteRtStatusErrorTimeoutExpired = 7,
  kLiteRtStatusErrorWrongVersion = 8,
  kLiteRtStatusErrorUnknown = 9,
  kLiteRtStatusErrorAlreadyExists = 10,
  kLiteRtStatusCancelled = 100,
  kLiteRtStatusErrorFileIO = 500,
  kLiteRtStatusErrorInvalidFlatbuffer = 501,
  kLiteRtStatusErrorDynamicLoading = 502,
  kLiteRtStatusErrorSerialization = 503,
  kLiteRtStatusErrorCompilation = 504,
} LiteRtStatus;

typedef enum {
  kLiteRtHwAcceleratorCpu = 1 << 0,
  kLiteRtHwAcceleratorGpu = 1 << 1,
} LiteRtHwAccelerators;

/// A set of `LiteRtHwAccelerators`.
typedef int LiteRtHwAcceleratorSet;

typedef enum {
  kLiteRtEnvOptionTagRuntimeLibraryDir = 22,
  kLiteRtEnvOptionTagAutoRegisterAccelerators = 24,
  kLiteRtEnvOptionTagMinLoggerSeverity = 25,
} LiteRtEnvOptionTag;

typedef enum {
  kLiteRtAnyTypeInt = 2,
  kLiteRtAnyTypeString = 8,
} LiteRtAnyType;

typedef struct {
  LiteRtAnyType type;
  union {
    int64_t int_value;
    const char *_Nullable str_value;
  };
} LiteRtAny;

typedef struct {
  LiteRtEnvOptionTag tag;
  LiteRtAny value;
} LiteRtEnvOption;

_Static_assert(sizeof(LiteRtEnvOption) == 24 && offsetof(LiteRtEnvOption, value) == 8, "LiteRtEnvOption");
_Static_assert(offsetof(LiteRtAny, int_value) == 8, "LiteRtAny");

/// A value of `kLiteRtEnvOptionTagMinLoggerSeverity`.
enum { kLiteRtLogSeverityWarning = 2 };

enum { kLiteRtTensorMaxRank = 8 };

typedef struct {
  unsigned int rank : 7;
  unsigned int has_strides : 1;
  /// `rank` numbers; a negative one is a dynamic dimension.
  int32_t dimensions[kLiteRtTensorMaxRank];
  uint32_t strides[kLiteRtTensorMaxRank];
} LiteRtLayout;

_Static_assert(sizeof(LiteRtLayout) == 68 && offsetof(LiteRtLayout, dimensions) == 4, "LiteRtLayout");

typedef struct {
  TfLiteType element_type;
  LiteRtLayout layout;
} LiteRtRankedTensorType;

_Static_assert(sizeof(LiteRtRankedTensorType) == 72 && offsetof(LiteRtRankedTensorType, layout) == 4, "LiteRtRankedTensorType");

typedef struct {
  float scale;
  int64_t zero_point;
} LiteRtQuantizationPerTensor;

_Static_assert(
    sizeof(LiteRtQuantizationPerTensor) == 16 && offsetof(LiteRtQuantizationPerTensor, zero_point) == 8,
    "LiteRtQuantizationPerTensor");

typedef void (*LiteRtDeallocator)(void *_Nullable);

/// The functions of the library that Assay calls, each under its name without the prefix `LiteRt`.
typedef struct {
  LiteRtStatus (*CreateEnvironment)(
      int option_count, const LiteRtEnvOption *options, LiteRtEnvironment _Nullable *_Nonnull environment);
  void (*DestroyEnvironment)(LiteRtEnvironment environment);

  LiteRtStatus (*GetNumAccelerators)(LiteRtEnvironment environment, size_t *count);
  LiteRtStatus (*GetAccelerator)(
      LiteRtEnvironment environment, size_t index, LiteRtAccelerator _Nullable *_Nonnull accelerator);
  LiteRtStatus (*GetAcceleratorName)(LiteRtAccelerator accelerator, const char *_Nullable *_Nonnull name);
  LiteRtStatus (*GetAcceleratorHardwareSupport)(LiteRtAccelerator accelerator, LiteRtHwAcceleratorSet *hardware);

  LiteRtStatus (*CreateModelFromFile)(
      LiteRtEnvironment environment, const char *path, LiteRtModel _Nullable *_Nonnull model);
  /// `bytes` must live as long as the model.
  LiteRtStatus (*CreateModelFromBuffer)(
      LiteRtEnvironment environment, const void *bytes, size_t size, LiteRtModel _Nullable *_Nonnull model);
  void (*DestroyModel)(LiteRtModel model);
  LiteRtStatus (*GetNumModelSignatures)(LiteRtModel model, size_t *count);
  /// A model without signatures has one all the same, over its main subgraph, with the names of its tensors.
  LiteRtStatus (*GetModelSignature)(LiteRtModel model, size_t index, LiteRtSignature _Nullable *_Nonnull signature);
  LiteRtStatus (*GetSignatureKey)(LiteRtSignature signature, const char *_Nullable *_Nonnull key);
  // Inputs and outputs of a signature come in the order of its subgraph, which is that of a compiled model.
  LiteRtStatus (*GetNumSignatureInputs)(LiteRtSignature signature, size_t *count);
  LiteRtStatus (*GetSignatureInputName)(
      LiteRtSignature signature, size_t index, const char *_Nullable *_Nonnull name);
  LiteRtStatus (*GetSignatureInputTensorByIndex)(
      LiteRtSignature signature, size_t index, LiteRtTensor _Nullable *_Nonnull tensor);
  LiteRtStatus (*GetNumSignatureOutputs)(LiteRtSignature signature, size_t *count);
  LiteRtStatus (*GetSignatureOutputName)(
      LiteRtSignature signature, size_t index, const char *_Nullable *_Nonnull name);
  LiteRtStatus (*GetSignatureOutputTensorByIndex)(
      LiteRtSignature signature, size_t index, LiteRtTensor _Nullable *_Nonnull tensor);
  LiteRtStatus (*GetRankedTensorType)(LiteRtTensor tensor, LiteRtRankedTensorType *type);
  /// `kLiteRtStatusErrorInvalidIrType` for a tensor that is not quantised as a whole.
  LiteRtStatus (*GetPerTensorQuantization)(LiteRtTensor tensor, LiteRtQuantizationPerTensor *quantization);

  LiteRtStatus (*CreateOptions)(LiteRtOptions _Nullable *_Nonnull options);
  void (*DestroyOptions)(LiteRtOptions options);
  LiteRtStatus (*SetOptionsHardwareAccelerators)(LiteRtOptions options, LiteRtHwAcceleratorSet hardware);
  LiteRtStatus (*CreateOpaqueOptions)(
      const char *identifier, void *payload, LiteRtDeallocator deallocator,
      LiteRtOpaqueOptions _Nullable *_Nonnull opaque);
  /// Hands `opaque` over to `options`.
  LiteRtStatus (*AddOpaqueOptions)(LiteRtOptions options, LiteRtOpaqueOptions opaque);

  LiteRtStatus (*CreateCompiledModel)(
      LiteRtEnvironment environment, LiteRtModel model, LiteRtOptions options,
      LiteRtCompiledModel _Nullable *_Nonnull compiled);
  void (*DestroyCompiledModel)(LiteRtCompiledModel compiled);
  /// Whether every operation runs on an accelerator other than the CPU.
  LiteRtStatus (*CompiledModelIsNonCpuFullyAccelerated)(LiteRtCompiledModel compiled, bool *fully);
  LiteRtStatus (*CompiledModelResizeInputTensorNonStrict)(
      LiteRtCompiledModel compiled, size_t signature, size_t input, const int *dimensions, size_t rank);
  LiteRtStatus (*GetCompiledModelOutputTensorLayouts)(
      LiteRtCompiledModel compiled, size_t signature, size_t count, LiteRtLayout *layouts, bool update_allocation);
  /// The caller frees the text with `free`. Needs the buffering error reporter.
  LiteRtStatus (*CompiledModelGetErrorMessages)(LiteRtCompiledModel compiled, char *_Nullable *_Nonnull messages);

  LiteRtStatus (*CreateTensorBufferFromHostMemory)(
      const LiteRtRankedTensorType *type, void *_Nullable memory, size_t size, LiteRtDeallocator _Nullable deallocator,
      LiteRtTensorBuffer _Nullable *_Nonnull buffer);
  void (*DestroyTensorBuffer)(LiteRtTensorBuffer buffer);

  LiteRtStatus (*RunCompiledModel)(
      LiteRtCompiledModel compiled, size_t signature, size_t input_count,
      LiteRtTensorBuffer _Nonnull *_Nonnull inputs, size_t output_count,
      LiteRtTensorBuffer _Nonnull *_Nonnull outputs);
} LiteRtFunctions;

#pragma clang assume_nonnull end

#endif
