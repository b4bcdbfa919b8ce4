// ExecuTorch as an engine of Assay: its Module, which is C++, behind the functions of assay_engine.h.
#include <executorch/runtime/platform/runtime.h>

#include "executorch_session.h"

using executorch_shim::attempt;

struct assay_engine {
  executorch_shim::Threads threads;
};
struct assay_model : executorch_shim::Model {
  using Model::Model;
};
struct assay_session : executorch_shim::Session {
  using Session::Session;
};

namespace {

assay_status create(assay_engine **engine, assay_error *error) {
  return attempt(error, [&] {
    executorch_shim::Log::listen();
    executorch::runtime::runtime_init();
    *engine = new assay_engine();
  });
}

void destroy(assay_engine *engine) { delete engine; }

void describe(assay_engine *, assay_engine_info *info) {
  static const char *const formats[] = {"pte", nullptr};
  static const char *const devices[] = {"cpu", nullptr};
  static const char *const precisions[] = {nullptr};
  info->name = "executorch";
  info->display_name = "ExecuTorch";
  info->version = EXECUTORCH_VERSION;
  info->formats = formats;
  info->devices = devices;
  info->precisions = precisions;
}

assay_status compile(assay_engine *engine, const assay_compile_request *request, assay_model **model,
                     assay_error *error) {
  return attempt(error, [&] { *model = new assay_model(*request, engine->threads); });
}

void destroy_model(assay_model *model) { delete model; }

uint32_t input_count(assay_model *model) { return static_cast<uint32_t>(model->inputs.size()); }
uint32_t output_count(assay_model *model) { return static_cast<uint32_t>(model->outputs.size()); }

assay_status input(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error) {
  return attempt(error, [&] { model->inputs[index].describe(*tensor); });
}

assay_status output(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error) {
  return attempt(error, [&] { model->outputs[index].describe(*tensor); });
}

assay_status reshape(assay_model *model, const assay_shape *shapes, assay_error *error) {
  return attempt(error, [&] { model->reshape(shapes); });
}

assay_status open_session(assay_model *model, const assay_buffers *buffers, assay_session **session,
                          assay_error *error) {
  return attempt(error, [&] { *session = new assay_session(*model, *buffers); });
}

void destroy_session(assay_session *session) { delete session; }

assay_status infer(assay_session *session, assay_error *error) {
  return attempt(error, [&] { session->infer(); });
}

assay_status output_data(assay_session *session, uint32_t index, assay_tensor *tensor, const void **data,
                         assay_error *error) {
  return attempt(error, [&] { session->output(index, *tensor, *data); });
}

const assay_engine_api api = {
    sizeof(assay_engine_api), ASSAY_ENGINE_VERSION, create, destroy, describe, compile, destroy_model, input_count,
    output_count, input, output, reshape, nullptr, open_session, destroy_session, infer, nullptr, nullptr, output_data,
};

}  // namespace

const assay_engine_api *assay_engine_get_api(uint32_t version) {
  return version == ASSAY_ENGINE_VERSION ? &api : nullptr;
}
