// TorchScript as an engine of Assay: libtorch, which is C++, behind the functions of assay_engine.h.
#include <torch/cuda.h>
#include <torch/version.h>

#include "torchscript_session.h"

using torchscript::attempt;

struct assay_engine {
  std::vector<std::string> deviceNames{"cpu"};
  std::vector<const char *> devices;
};
struct assay_model : torchscript::Model {
  using Model::Model;
};
struct assay_session : torchscript::Session {
  using Session::Session;
};

namespace {

assay_status create(assay_engine **engine, assay_error *error) {
  return attempt(error, ASSAY_ENGINE_UNAVAILABLE, [&] {
    auto made = std::make_unique<assay_engine>();
    // A model that forks computes on the threads of one inference, not on more.
    at::set_num_interop_threads(1);
    const int count = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
    for (int index = 0; index < count; ++index) made->deviceNames.push_back("cuda:" + std::to_string(index));
    for (const auto &name : made->deviceNames) made->devices.push_back(name.c_str());
    made->devices.push_back(nullptr);
    *engine = made.release();
  });
}

void destroy(assay_engine *engine) { delete engine; }

void describe(assay_engine *engine, assay_engine_info *info) {
  static const char *const formats[] = {"torchscript", nullptr};
  static const char *const precisions[] = {nullptr};
  info->options = ASSAY_TAKES_SETTINGS;
  info->name = "torchscript";
  info->display_name = "TorchScript";
  info->version = TORCH_VERSION;
  info->formats = formats;
  info->devices = engine->devices.data();
  info->precisions = precisions;
}

assay_status compile(assay_engine *, const assay_compile_request *request, assay_model **model, assay_error *error) {
  return attempt(error, ASSAY_BAD_MODEL, [&] { *model = new assay_model(*request); });
}

void destroy_model(assay_model *model) { delete model; }

uint32_t input_count(assay_model *model) { return static_cast<uint32_t>(model->inputs.size()); }
uint32_t output_count(assay_model *model) { return static_cast<uint32_t>(model->outputs.size()); }

assay_status input(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error) {
  return attempt(error, ASSAY_BAD_MODEL, [&] {
    const auto &input = model->inputs[index];
    tensor->name = input.name.c_str();
    tensor->type = torchscript::type(input.scalar, input.name);
    tensor->rank = input.shape ? static_cast<int32_t>(input.shape->size()) : -1;
    tensor->shape = input.shape ? input.shape->data() : nullptr;
  });
}

// TorchScript declares neither sizes nor types of outputs: the first inference tells both.
assay_status output(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *) {
  tensor->name = model->outputs[index].c_str();
  tensor->type = ASSAY_FLOAT32;
  tensor->rank = -1;
  return ASSAY_OK;
}

assay_status reshape(assay_model *model, const assay_shape *shapes, assay_error *error) {
  return attempt(error, ASSAY_BAD_REQUEST, [&] {
    for (size_t index = 0; index < model->inputs.size(); ++index) {
      model->inputs[index].shape.emplace(shapes[index].sizes, shapes[index].sizes + shapes[index].rank);
    }
  });
}

assay_status open_session(assay_model *model, const assay_buffers *buffers, assay_session **session,
                          assay_error *error) {
  return attempt(error, ASSAY_BAD_MODEL, [&] { *session = new assay_session(*model, *buffers); });
}

void destroy_session(assay_session *session) { delete session; }

assay_status infer(assay_session *session, assay_error *error) {
  return attempt(error, ASSAY_INFERENCE_FAILED, [&] { session->infer(); });
}

assay_status output_data(assay_session *session, uint32_t index, assay_tensor *tensor, const void **data,
                         assay_error *error) {
  return attempt(error, ASSAY_UNSUPPORTED, [&] { session->output(index, tensor, data); });
}

const assay_engine_api api = {
    sizeof(assay_engine_api), ASSAY_ENGINE_VERSION, create, destroy, describe, compile, destroy_model, input_count,
    output_count, input, output, reshape, nullptr, open_session, destroy_session, infer, nullptr, nullptr, output_data,
};

}  // namespace

const assay_engine_api *assay_engine_get_api(uint32_t version) {
  return version == ASSAY_ENGINE_VERSION ? &api : nullptr;
}
