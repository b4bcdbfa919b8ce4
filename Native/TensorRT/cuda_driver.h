// The functions of CUDA's driver that the shim calls. The driver belongs to the machine and not to a toolkit, and TensorRT's own copy
// of the CUDA runtime works in the same primary context.
#pragma once

#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>

#include "assay_tensorrt.h"
#include "cuda_runtime_api.h"

namespace assay {

/// A failure, with the status that the C ABI returns for it.
struct Failure : std::runtime_error {
  assay_trt_status status;
  Failure(assay_trt_status status, const std::string &words) : std::runtime_error(words), status(status) {}
};

class Driver {
 public:
  using Result = int;
  using Context = struct CUctx_st *;
  using Address = unsigned long long;

  /// Loads and starts the driver, once.
  void start() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (isStarted_) return;
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) throw Failure(ASSAY_TRT_NO_DEVICE, std::string("there is no driver of CUDA: ") + dlerror());
    find(library, "cuInit", init_);
    find(library, "cuGetErrorString", errorString_);
    find(library, "cuDeviceGetCount", deviceGetCount_);
    find(library, "cuDeviceGet", deviceGet_);
    find(library, "cuDeviceGetName", deviceGetName_);
    find(library, "cuDevicePrimaryCtxRetain", primaryContext_);
    find(library, "cuCtxSetCurrent", setCurrent_);
    find(library, "cuMemAlloc_v2", allocate_);
    find(library, "cuMemFree_v2", release_);
    find(library, "cuMemHostAlloc", allocateHost_);
    find(library, "cuMemFreeHost", releaseHost_);
    find(library, "cuMemcpyHtoDAsync_v2", copyToDevice_);
    find(library, "cuMemcpyDtoHAsync_v2", copyToHost_);
    find(library, "cuStreamCreate", makeStream_);
    find(library, "cuStreamDestroy_v2", destroyStream_);
    find(library, "cuStreamSynchronize", synchronize_);
    find(library, "cuEventCreate", makeEvent_);
    find(library, "cuEventDestroy_v2", destroyEvent_);
    find(library, "cuEventRecord", record_);
    find(library, "cuEventElapsedTime", elapsed_);
    check(init_(0), "CUDA does not start", ASSAY_TRT_NO_DEVICE);
    isStarted_ = true;
  }

  int deviceCount() {
    start();
    int count = 0;
    check(deviceGetCount_(&count), "CUDA does not count its GPUs", ASSAY_TRT_NO_DEVICE);
    return count;
  }

  void deviceName(int index, char *name, size_t capacity) {
    start();
    int device = 0;
    check(deviceGet_(&device, index), "CUDA has no GPU of this number", ASSAY_TRT_NO_DEVICE);
    check(deviceGetName_(name, static_cast<int>(capacity), device), "CUDA does not name its GPU", ASSAY_TRT_NO_DEVICE);
  }

  /// Makes the calling thread work on a GPU. Its primary context is kept: TensorRT uses it as long as the process lives.
  Context use(int index) {
    const int count = deviceCount();
    if (index >= count) {
      throw Failure(ASSAY_TRT_NO_DEVICE, "CUDA lists " + std::to_string(count) + " GPUs, and none of this number");
    }
    int device = 0;
    Context context = nullptr;
    check(deviceGet_(&device, index), "CUDA has no GPU of this number", ASSAY_TRT_NO_DEVICE);
    check(primaryContext_(&context, device), "CUDA cannot use the GPU", ASSAY_TRT_NO_DEVICE);
    use(context);
    return context;
  }

  void use(Context context) { check(setCurrent_(context), "CUDA cannot use the GPU"); }

  Address allocate(size_t bytes) {
    Address address = 0;
    check(allocate_(&address, bytes), "there is no memory on the GPU for a tensor", ASSAY_TRT_NO_MEMORY);
    return address;
  }
  void *allocateHost(size_t bytes) {
    void *memory = nullptr;
    check(allocateHost_(&memory, bytes, 0), "there is no page-locked memory for a tensor", ASSAY_TRT_NO_MEMORY);
    return memory;
  }
  void release(Address address) { release_(address); }
  void releaseHost(void *memory) { releaseHost_(memory); }

  cudaStream_t makeStream() {
    cudaStream_t stream = nullptr;
    // Without waiting for the default stream (CU_STREAM_NON_BLOCKING), as TensorRT advises.
    check(makeStream_(&stream, 1), "CUDA makes no stream");
    return stream;
  }
  void destroy(cudaStream_t stream) { destroyStream_(stream); }
  void copyToDevice(Address device, const void *host, size_t bytes, cudaStream_t stream) {
    check(copyToDevice_(device, host, bytes, stream), "CUDA cannot copy an input");
  }
  void copyToHost(void *host, Address device, size_t bytes, cudaStream_t stream) {
    check(copyToHost_(host, device, bytes, stream), "CUDA cannot copy an output");
  }
  void synchronize(cudaStream_t stream) { check(synchronize_(stream), "the GPU failed"); }

  cudaEvent_t makeEvent() {
    cudaEvent_t event = nullptr;
    check(makeEvent_(&event, 0), "CUDA makes no event");
    return event;
  }
  void destroy(cudaEvent_t event) { destroyEvent_(event); }
  void record(cudaEvent_t event, cudaStream_t stream) { check(record_(event, stream), "CUDA records no event"); }
  double milliseconds(cudaEvent_t from, cudaEvent_t to) {
    float time = 0;
    return elapsed_(&time, from, to) == 0 ? time : 0;
  }

 private:
  template <typename Function>
  static void find(void *library, const char *name, Function &function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (!function) throw Failure(ASSAY_TRT_NO_DEVICE, std::string("the driver of CUDA is too old: it lacks ") + name);
  }

  void check(Result result, const char *what, assay_trt_status status = ASSAY_TRT_FAILED) {
    if (result == 0) return;
    const char *words = nullptr;
    if (errorString_(result, &words) != 0 || !words) words = "unknown error";
    // 2 is CUDA_ERROR_OUT_OF_MEMORY.
    throw Failure(result == 2 ? ASSAY_TRT_NO_MEMORY : status,
                  std::string(what) + ": " + words + " (CUDA's error " + std::to_string(result) + ")");
  }

  std::mutex mutex_;
  bool isStarted_ = false;
  Result (*init_)(unsigned) = nullptr;
  Result (*errorString_)(Result, const char **) = nullptr;
  Result (*deviceGetCount_)(int *) = nullptr;
  Result (*deviceGet_)(int *, int) = nullptr;
  Result (*deviceGetName_)(char *, int, int) = nullptr;
  Result (*primaryContext_)(Context *, int) = nullptr;
  Result (*setCurrent_)(Context) = nullptr;
  Result (*allocate_)(Address *, size_t) = nullptr;
  Result (*release_)(Address) = nullptr;
  Result (*allocateHost_)(void **, size_t, unsigned) = nullptr;
  Result (*releaseHost_)(void *) = nullptr;
  Result (*copyToDevice_)(Address, const void *, size_t, cudaStream_t) = nullptr;
  Result (*copyToHost_)(void *, Address, size_t, cudaStream_t) = nullptr;
  Result (*makeStream_)(cudaStream_t *, unsigned) = nullptr;
  Result (*destroyStream_)(cudaStream_t) = nullptr;
  Result (*synchronize_)(cudaStream_t) = nullptr;
  Result (*makeEvent_)(cudaEvent_t *, unsigned) = nullptr;
  Result (*destroyEvent_)(cudaEvent_t) = nullptr;
  Result (*record_)(cudaEvent_t, cudaStream_t) = nullptr;
  Result (*elapsed_)(float *, cudaEvent_t, cudaEvent_t) = nullptr;
};

}  // namespace assay
