// One inference in flight.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include <vector>

#include "torchscript_model.h"

namespace torchscript {

class Session {
 public:
  Session(Model &model, const assay_buffers &buffers)
      : model_(model), forward_(model.module.get_method("forward")), arguments_(model.arguments) {
    // OpenMP keeps the number of threads per calling thread.
    at::init_num_threads();
    for (uint32_t index = 0; index < buffers.input_count; ++index) {
      const auto &input = model.inputs[index];
      // forward only reads it: an input that the model writes into is copied first.
      inputs_.push_back(at::from_blob(const_cast<void *>(buffers.inputs[index]), *input.shape,
                                      at::TensorOptions().dtype(input.scalar)));
    }
  }

  void infer() {
    const c10::InferenceMode guard;
    outputs_.clear();
    for (size_t index = 0; index < inputs_.size(); ++index) {
      const auto &input = model_.inputs[index];
      auto tensor = inputs_[index].to(model_.device);
      arguments_[input.argument] = input.isWritten ? tensor.clone() : tensor;
    }
    take(forward_(arguments_));
    if (outputs_.size() != model_.outputs.size()) {
      throw Failure(ASSAY_INFERENCE_FAILED, "it returned " + std::to_string(outputs_.size()) + " tensors, not " +
                                                std::to_string(model_.outputs.size()));
    }
  }

  void output(uint32_t index, assay_tensor *tensor, const void **data) const {
    const auto &output = outputs_.at(index);
    tensor->name = model_.outputs[index].c_str();
    tensor->type = type(output.scalar_type(), model_.outputs[index]);
    tensor->rank = static_cast<int32_t>(output.dim());
    tensor->shape = output.sizes().data();
    *data = output.const_data_ptr();
  }

 private:
  void take(const c10::IValue &value) {
    if (value.isTensor()) {
      outputs_.push_back(value.toTensor().to(at::kCPU).contiguous());
    } else if (value.isTuple()) {
      for (const auto &element : value.toTupleRef().elements()) take(element);
    } else if (value.isList()) {
      for (const c10::IValue &element : value.toListRef()) take(element);
    } else if (value.isGenericDict()) {
      for (const auto &entry : value.toGenericDict()) take(entry.value());
    } else {
      throw Failure(ASSAY_INFERENCE_FAILED, "it returned a " + value.tagKind() + " in place of a tensor");
    }
  }

  Model &model_;
  torch::jit::Method forward_;
  std::vector<c10::IValue> arguments_;
  std::vector<at::Tensor> inputs_;
  std::vector<at::Tensor> outputs_;
};

}  // namespace torchscript
