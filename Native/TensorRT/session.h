// One inference in flight: a context, a stream, and memory on both sides.
#pragma once

#include "engine.h"

namespace assay {

class Session {
 public:
  Session(Engine &engine, const assay_trt_shape *shapes, size_t count)
      : engine_(engine), driver_(engine.library.driver), context_(engine.makeContext()) {
    try {
      stream_ = driver_.makeStream();
      begin_ = driver_.makeEvent();
      end_ = driver_.makeEvent();
      setShapes(shapes, count);
      for (int32_t index = 0; index < engine.tensorCount(); ++index) addTensor(engine.tensor(index));
    } catch (...) {
      release();
      throw;
    }
  }

  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;
  ~Session() { release(); }

  assay_trt_tensor tensor(int32_t index) const { return slots_[static_cast<size_t>(index)].tensor; }

  void infer() {
    for (const auto &slot : slots_) {
      if (slot.tensor.is_input) driver_.copyToDevice(slot.device, slot.tensor.memory, slot.tensor.bytes, stream_);
    }
    driver_.record(begin_, stream_);
    if (!context_->enqueueV3(stream_)) throw Failure(ASSAY_TRT_FAILED, "TensorRT does not run it");
    driver_.record(end_, stream_);
    for (const auto &slot : slots_) {
      if (!slot.tensor.is_input && slot.device) {
        driver_.copyToHost(slot.tensor.memory, slot.device, slot.tensor.bytes, stream_);
      }
    }
    driver_.synchronize(stream_);
  }

  double deviceMilliseconds() { return driver_.milliseconds(begin_, end_); }

 private:
  struct Slot {
    assay_trt_tensor tensor;
    /// 0 for an output that TensorRT writes to host memory.
    Driver::Address device;
  };

  void setShapes(const assay_trt_shape *shapes, size_t count) {
    size_t given = 0;
    for (int32_t index = 0; index < engine_.tensorCount(); ++index) {
      const auto tensor = engine_.tensor(index);
      if (!tensor.is_input) continue;
      if (engine_.isOnHost(tensor.name)) {
        throw Failure(ASSAY_TRT_UNSUPPORTED,
                      std::string("input '") + tensor.name + "' sets shapes, and Assay knows no values for it");
      }
      if (given >= count) throw Failure(ASSAY_TRT_FAILED, "a shape is missing");
      if (!context_->setInputShape(tensor.name, dimensions(shapes[given++]))) {
        throw Failure(ASSAY_TRT_UNSUPPORTED, std::string("TensorRT refuses the shape of input '") + tensor.name + "'");
      }
    }
  }

  void addTensor(assay_trt_tensor tensor) {
    tensor.shape = shape(context_->getTensorShape(tensor.name));
    if (!engine_.isLinear(tensor.name)) {
      throw Failure(ASSAY_TRT_UNSUPPORTED, std::string("'") + tensor.name + "' has another layout than rows of numbers");
    }
    size_t bits = bitCount(tensor.type);
    for (int32_t axis = 0; axis < tensor.shape.rank; ++axis) {
      if (tensor.shape.sizes[axis] < 0) {
        throw Failure(ASSAY_TRT_UNSUPPORTED,
                      std::string("the shape of output '") + tensor.name + "' hangs on the values of the inputs");
      }
      if (__builtin_mul_overflow(bits, static_cast<size_t>(tensor.shape.sizes[axis]), &bits)) {
        throw Failure(ASSAY_TRT_NO_MEMORY, std::string("'") + tensor.name + "' is larger than any memory");
      }
    }
    tensor.bytes = (bits + 7) / 8;
    // An empty tensor needs an address, too.
    const size_t room = tensor.bytes > 0 ? tensor.bytes : 1;
    slots_.push_back({tensor, 0});
    auto &slot = slots_.back();
    slot.tensor.memory = driver_.allocateHost(room);
    std::memset(slot.tensor.memory, 0, room);
    if (!engine_.isOnHost(tensor.name)) slot.device = driver_.allocate(room);
    void *address = slot.device ? reinterpret_cast<void *>(slot.device) : slot.tensor.memory;
    if (!context_->setTensorAddress(tensor.name, address)) {
      throw Failure(ASSAY_TRT_FAILED, std::string("TensorRT refuses the memory of '") + tensor.name + "'");
    }
  }

  static size_t bitCount(int32_t type) {
    switch (static_cast<nvinfer1::DataType>(type)) {
      case nvinfer1::DataType::kINT64: return 64;
      case nvinfer1::DataType::kFLOAT:
      case nvinfer1::DataType::kINT32: return 32;
      case nvinfer1::DataType::kHALF:
      case nvinfer1::DataType::kBF16: return 16;
      case nvinfer1::DataType::kINT4: return 4;
      // FP4, which the headers of 10.0 lack.
      default: return type == 10 ? 4 : 8;
    }
  }

  void release() {
    try {
      driver_.use(engine_.context);
    } catch (...) {
      // The driver is gone, and the memory with it.
      return;
    }
    // A stream that failed has ended as well.
    context_.reset();
    for (const auto &slot : slots_) {
      if (slot.device) driver_.release(slot.device);
      if (slot.tensor.memory) driver_.releaseHost(slot.tensor.memory);
    }
    slots_.clear();
    if (begin_) driver_.destroy(begin_);
    if (end_) driver_.destroy(end_);
    if (stream_) driver_.destroy(stream_);
  }

  Engine &engine_;
  Driver &driver_;
  std::unique_ptr<nvinfer1::IExecutionContext> context_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t begin_ = nullptr;
  cudaEvent_t end_ = nullptr;
  std::vector<Slot> slots_;
};

}  // namespace assay
