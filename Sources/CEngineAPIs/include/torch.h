// PyTorch's C ABI for compiled models: what Assay uses of libtorch_cpu.so (aoti_torch/c/shim.h) and of the libraries that AOTInductor
// makes (aoti_runtime/interface.h), written after the headers of the torch 2.13.0 wheel.
#ifndef ASSAY_TORCH_H
#define ASSAY_TORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct AtenTensorOpaque AtenTensorOpaque;
typedef struct AOTInductorModelContainerOpaque AOTInductorModelContainerOpaque;

/// Zero is success.
typedef int32_t AOTITorchError;
enum { AOTI_TORCH_SUCCESS = 0 };

/// The numbers of c10::ScalarType.
enum {
  TORCH_UINT8 = 0,
  TORCH_INT8 = 1,
  TORCH_INT16 = 2,
  TORCH_INT32 = 3,
  TORCH_INT64 = 4,
  TORCH_FLOAT16 = 5,
  TORCH_FLOAT32 = 6,
  TORCH_FLOAT64 = 7,
  TORCH_BOOL = 11,
  TORCH_BFLOAT16 = 15,
  TORCH_UINT16 = 27,
  TORCH_UINT32 = 28,
  TORCH_UINT64 = 29,
};

/// The functions of libtorch_cpu.so that Assay calls, each named after its symbol without the leading `aoti_torch_`.
typedef struct {
  /// Major, minor and patch version in the highest bytes.
  uint64_t (*_Nonnull abi_version)(void);
  /// C++'s at::set_num_threads, which has no other name for C. For the calling thread.
  void (*_Nonnull set_num_threads)(int count);
  const char *_Nullable (*_Nullable exception_text)(void);

  int32_t (*_Nonnull device_type_cpu)(void);
  int32_t (*_Nonnull device_type_cuda)(void);
  AOTITorchError (*_Nonnull create_tensor_from_blob)(
      void *_Nonnull data, int64_t rank, const int64_t *_Nonnull sizes, const int64_t *_Nonnull strides,
      int64_t storage_offset, int32_t type, int32_t device_type, int32_t device_index,
      AtenTensorOpaque *_Nullable *_Nonnull tensor);
  AOTITorchError (*_Nonnull empty_strided)(
      int64_t rank, const int64_t *_Nonnull sizes, const int64_t *_Nonnull strides, int32_t type, int32_t device_type,
      int32_t device_index, AtenTensorOpaque *_Nullable *_Nonnull tensor);
  /// Between devices, too; waits until the copy is done unless it may not block.
  AOTITorchError (*_Nonnull copy_)(
      AtenTensorOpaque *_Nonnull destination, AtenTensorOpaque *_Nonnull source, int32_t non_blocking);
  AOTITorchError (*_Nonnull new_tensor_handle)(
      AtenTensorOpaque *_Nonnull tensor, AtenTensorOpaque *_Nullable *_Nonnull copy);
  AOTITorchError (*_Nonnull delete_tensor_object)(AtenTensorOpaque *_Nonnull tensor);
  AOTITorchError (*_Nonnull get_data_ptr)(AtenTensorOpaque *_Nonnull tensor, void *_Nullable *_Nonnull data);
  AOTITorchError (*_Nonnull get_dim)(AtenTensorOpaque *_Nonnull tensor, int64_t *_Nonnull rank);
  AOTITorchError (*_Nonnull get_sizes)(AtenTensorOpaque *_Nonnull tensor, int64_t *_Nullable *_Nonnull sizes);
  AOTITorchError (*_Nonnull get_dtype)(AtenTensorOpaque *_Nonnull tensor, int32_t *_Nonnull type);
  AOTITorchError (*_Nonnull get_device_type)(AtenTensorOpaque *_Nonnull tensor, int32_t *_Nonnull type);
  AOTITorchError (*_Nonnull is_contiguous)(AtenTensorOpaque *_Nonnull tensor, bool *_Nonnull result);
} torch_functions;

/// The functions of a compiled model that Assay calls, each named after its symbol without `AOTInductorModelContainer`.
typedef struct {
  AOTITorchError (*_Nonnull CreateWithDevice)(
      AOTInductorModelContainerOpaque *_Nullable *_Nonnull container, size_t model_count,
      const char *_Nonnull device, const char *_Nullable folder);
  AOTITorchError (*_Nonnull Delete)(AOTInductorModelContainerOpaque *_Nonnull container);
  /// Takes over the inputs, but not the array; the caller deletes the outputs.
  AOTITorchError (*_Nonnull Run)(
      AOTInductorModelContainerOpaque *_Nonnull container, AtenTensorOpaque *_Nullable *_Nullable inputs,
      size_t input_count, AtenTensorOpaque *_Nullable *_Nullable outputs, size_t output_count, void *_Nullable stream,
      void *_Nullable proxy_executor);
  AOTITorchError (*_Nonnull GetNumInputs)(AOTInductorModelContainerOpaque *_Nonnull container, size_t *_Nonnull count);
  AOTITorchError (*_Nonnull GetNumOutputs)(AOTInductorModelContainerOpaque *_Nonnull container, size_t *_Nonnull count);
  AOTITorchError (*_Nonnull GetInputName)(
      AOTInductorModelContainerOpaque *_Nonnull container, size_t index, const char *_Nullable *_Nonnull name);
  AOTITorchError (*_Nonnull GetOutputName)(
      AOTInductorModelContainerOpaque *_Nonnull container, size_t index, const char *_Nullable *_Nonnull name);
  /// The structures of arguments and results, as JSON.
  AOTITorchError (*_Nonnull GetCallSpec)(
      AOTInductorModelContainerOpaque *_Nonnull container, const char *_Nullable *_Nonnull inputs,
      const char *_Nullable *_Nonnull outputs);
  /// Only of newer versions.
  AOTITorchError (*_Nullable GetLastError)(const char *_Nullable *_Nonnull text);
} aoti_functions;

#endif
