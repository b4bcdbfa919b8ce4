// One inference in flight.
#pragma once

#include <cstring>

#include "executorch_model.h"

namespace executorch_shim {

class Session {
 public:
  /// A module is used by one thread, so each session has its own.
  Session(Model &model, const assay_buffers &buffers) : module_(model.session()), outputs_(model.outputs) {
    for (uint32_t index = 0; index < buffers.input_count; ++index) {
      // It is copied or only read.
      tensors_.push_back(model.inputs[index].tensor(const_cast<void *>(buffers.inputs[index])));
      inputs_.emplace_back(tensors_.back());
    }
    for (uint32_t index = 0; index < buffers.output_count; ++index) {
      copies_.push_back(buffers.outputs[index]);
      if (!outputs_[index].isPlanned) provide(index, buffers.outputs[index]);
    }
  }

  void infer() {
    auto results = module_->forward(inputs_);
    check(results.error(), ASSAY_INFERENCE_FAILED);
    results_ = std::move(*results);
    for (size_t index = 0; index < copies_.size(); ++index) {
      if (!copies_[index]) continue;
      const auto &tensor = results_[index].toTensor();
      std::memcpy(copies_[index], tensor.const_data_ptr(), tensor.nbytes());
    }
  }

  /// An output whose shape only an inference tells.
  void output(uint32_t index, assay_tensor &tensor, const void *&data) {
    const auto &result = results_.at(index).toTensor();
    auto &port = outputs_[index];
    for (size_t axis = 0; axis < port.shape.size(); ++axis) port.shape[axis] = result.size(port.order[axis]);
    port.describe(tensor);
    data = result.const_data_ptr();
  }

 private:
  /// Gives an output memory where the exporter has reserved none.
  void provide(uint32_t index, void *memory) {
    const auto tensor = module_->get_output(index)->toTensor();
    if (!memory) {
      own_.emplace_back(tensor.nbytes());
      memory = own_.back().data();
    }
    // A dynamic shape has no sizes yet: the tensor's are the largest.
    auto port = outputs_[index];
    for (size_t axis = 0; axis < port.shape.size(); ++axis) port.shape[axis] = tensor.size(port.order[axis]);
    check(module_->set_output(port.tensor(memory), index), ASSAY_UNSUPPORTED);
    copies_[index] = nullptr;
  }

  std::unique_ptr<Module> module_;
  std::vector<executorch::extension::TensorPtr> tensors_;
  /// They refer to the tensors and own none.
  std::vector<executorch::runtime::EValue> inputs_, results_;
  std::vector<Port> outputs_;
  /// Assay's memory to copy outputs to; NULL for an output that is written there, or stays where it is.
  std::vector<void *> copies_;
  std::vector<std::vector<uint8_t>> own_;
};

}  // namespace executorch_shim
