// A program of ExecuTorch's exporter: its method forward, and what that takes and gives.
#pragma once

#include <executorch/extension/module/module.h>
#include <executorch/runtime/backend/interface.h>

#include <memory>
#include <mutex>
#include <utility>

#include "executorch_tensor.h"
#include "executorch_threads.h"

namespace executorch_shim {

using executorch::extension::Module;
using executorch::runtime::MethodMeta;

class Model {
 public:
  std::vector<Port> inputs, outputs;

  Model(const assay_compile_request &request, Threads &threads) : threads_(threads, request.threads), file_(request.model_path) {
    if (const char *key = request.setting_keys[0]) {
      throw Failure(ASSAY_BAD_REQUEST, std::string("there is no option ") + key + ": ExecuTorch takes none");
    }
    if (const auto error = file_.load(executorch::runtime::Program::Verification::InternalConsistency); error != Error::Ok) {
      throw Failure(ASSAY_BAD_MODEL, Log::reason(error) + ": copy it again, or export it for ExecuTorch " EXECUTORCH_VERSION);
    }
    const auto meta = method();
    checkBackends(meta);
    ready_ = load();
    for (size_t index = 0; index < meta.num_inputs(); ++index) {
      const auto name = "input" + std::to_string(index);
      checkTensor(meta.input_tag(index), name);
      inputs.emplace_back(name, meta.input_tensor_meta(index).get());
    }
    for (size_t index = 0; index < meta.num_outputs(); ++index) {
      const auto name = "output" + std::to_string(index);
      checkTensor(meta.output_tag(index), name);
      outputs.emplace_back(name, meta.output_tensor_meta(index).get());
      if (ready_->get_output(index)->toTensor().shape_dynamism() == executorch::aten::TensorShapeDynamism::STATIC) continue;
      // The first inference tells.
      for (auto &size : outputs.back().shape) size = -1;
    }
  }

  void reshape(const assay_shape *shapes) {
    for (size_t index = 0; index < inputs.size(); ++index) {
      auto port = inputs[index];
      port.shape.assign(shapes[index].sizes, shapes[index].sizes + shapes[index].rank);
      // Only taking an input tells whether the model lets its shape change, and how far.
      std::vector<uint8_t> zeros(port.tensor(nullptr)->nbytes());
      if (ready_->set_input(port.tensor(zeros.data()), index) != Error::Ok) {
        throw Failure(ASSAY_UNSUPPORTED, "'" + port.name + "' is exported as " + text(inputs[index].shape) +
                                             ", which is its only shape or its largest");
      }
      inputs[index].shape = port.shape;
    }
  }

  /// A method for one session. The first one is loaded when the model is compiled, which finds what is wrong with it.
  std::unique_ptr<Module> session() {
    const std::lock_guard lock(mutex_);
    threads_.apply();
    return ready_ ? std::move(ready_) : load();
  }

 private:
  static constexpr auto forward = "forward";

  const ThreadsInUse threads_;
  Module file_;
  std::mutex mutex_;
  std::unique_ptr<Module> ready_;

  MethodMeta method() {
    const auto names = file_.method_names();
    check(names.error(), ASSAY_BAD_MODEL);
    if (!names->count(forward)) {
      std::string list;
      for (const auto &name : *names) list += (list.empty() ? "" : ", ") + name;
      throw Failure(ASSAY_UNSUPPORTED, "it has no method 'forward': it has " + list);
    }
    const auto meta = file_.method_meta(forward);
    check(meta.error(), ASSAY_BAD_MODEL);
    return *meta;
  }

  static void checkBackends(const MethodMeta &meta) {
    for (size_t index = 0; index < meta.num_backends(); ++index) {
      const std::string name = meta.get_backend_name(index).get();
      const auto *backend = executorch::runtime::get_backend_class(name.c_str());
      if (backend && backend->is_available()) continue;
      std::string list;
      for (size_t other = 0; other < executorch::runtime::get_num_registered_backends(); ++other) {
        list += (other ? ", " : "") + std::string(executorch::runtime::get_backend_name(other).get());
      }
      throw Failure(ASSAY_UNSUPPORTED, "it is made for the backend " + name + ", and this ExecuTorch has " + list +
                                           ": export it for one of them");
    }
  }

  static void checkTensor(executorch::runtime::Result<executorch::runtime::Tag> tag, const std::string &name) {
    check(tag.error(), ASSAY_BAD_MODEL);
    if (*tag == executorch::runtime::Tag::Tensor) return;
    throw Failure(ASSAY_UNSUPPORTED, "'" + name + "' is no tensor: export the model with tensors alone");
  }

  std::unique_ptr<Module> load() {
    auto module = std::make_unique<Module>(file_.program());
    const auto error = module->load_forward();
    if (Log::reason(error).find("external_data_map") != std::string::npos) {
      throw Failure(ASSAY_UNSUPPORTED, "its weights are in another file: export it without external_constants");
    }
    check(error, error == Error::OperatorMissing || error == Error::NotSupported ? ASSAY_UNSUPPORTED : ASSAY_BAD_MODEL);
    return module;
  }

  static std::string text(const std::vector<int64_t> &shape) {
    std::string list;
    for (const auto size : shape) list += (list.empty() ? "" : ",") + std::to_string(size);
    return "[" + list + "]";
  }
};

}  // namespace executorch_shim
