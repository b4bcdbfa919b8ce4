// OpenCV's DNN module as an engine of Assay: ONNX models with one image as input, on the CPU.
//
// The pattern for any library in C++: a struct per object, and `guarded` around every call, because exceptions must not leave a plugin.
#include <cstring>
#include <string>
#include <vector>

#include <opencv2/core/version.hpp>
#include <opencv2/dnn.hpp>

#include "assay_engine.h"

struct assay_engine {};

struct Tensor {
  std::string name;
  std::vector<int64_t> shape;
};

struct assay_model {
  std::string path;
  Tensor input;
  std::vector<Tensor> outputs;
};

// OpenCV's networks keep what they compute, so each session has one of its own.
struct assay_session {
  cv::dnn::Net net;
  cv::Mat input;
  std::vector<std::string> names;
  std::vector<cv::Mat> results;
  std::vector<void *> outputs;
};

namespace {

template <typename Body> assay_status guarded(assay_error *error, assay_status failure, Body body) {
  try {
    return body();
  } catch (const cv::Exception &exception) {
    return assay_fail(error, failure, "%s", exception.err.c_str());
  } catch (const std::exception &exception) {
    return assay_fail(error, failure, "%s", exception.what());
  } catch (...) {
    return assay_fail(error, failure, "an exception of an unknown type");
  }
}

assay_status create(assay_engine **engine, assay_error *error) {
  return guarded(error, ASSAY_ENGINE_UNAVAILABLE, [&] {
    *engine = new assay_engine;
    return ASSAY_OK;
  });
}

void destroy(assay_engine *engine) { delete engine; }

void describe(assay_engine *, assay_engine_info *info) {
  static const char *const formats[] = {"onnx", nullptr}, *const devices[] = {"cpu", nullptr}, *const precisions[] = {"f32", nullptr};
  info->name = "opencv";
  info->display_name = "OpenCV DNN";
  info->version = CV_VERSION;
  info->formats = formats;
  info->devices = devices;
  info->precisions = precisions;
}

cv::dnn::MatShape dimensions(const std::vector<int64_t> &shape) { return cv::dnn::MatShape(shape.begin(), shape.end()); }

// The shapes of all layers' outputs follow from that of the input. OpenCV before 4.7 does not tell it: Assay then asks for --shape.
void infer_shapes(assay_model *model) {
  cv::dnn::Net net = cv::dnn::readNetFromONNX(model->path);
  std::vector<cv::dnn::MatShape> in, out;
  if (model->input.shape.empty()) {
    net.getLayerShapes(cv::dnn::MatShape(), 0, in, out);
    if (out.size() > 1) throw std::runtime_error("the model has several inputs, and this plugin takes one");
    model->input.shape.assign(4, -1);
    if (!out.empty()) model->input.shape.assign(out[0].begin(), out[0].end());
  }
  model->outputs.clear();
  for (const std::string &name : net.getUnconnectedOutLayersNames()) {
    out.clear();
    if (model->input.shape[0] < 0) out.push_back({});
    else net.getLayerShapes(dimensions(model->input.shape), net.getLayerId(name), in, out);
    model->outputs.push_back({name, std::vector<int64_t>(out.at(0).begin(), out.at(0).end())});
  }
}

assay_status compile(assay_engine *, const assay_compile_request *request, assay_model **result, assay_error *error) {
  return guarded(error, ASSAY_BAD_MODEL, [&] {
    cv::setNumThreads(static_cast<int>(request->threads));
    // OpenCV does not tell what the model calls its input.
    assay_model model{request->model_path, {"input", {}}, {}};
    infer_shapes(&model);
    *result = new assay_model(model);
    return ASSAY_OK;
  });
}

void destroy_model(assay_model *model) { delete model; }

uint32_t input_count(assay_model *) { return 1; }

uint32_t output_count(assay_model *model) { return static_cast<uint32_t>(model->outputs.size()); }

assay_status describe_tensor(const Tensor &from, assay_tensor *tensor) {
  tensor->name = from.name.c_str();
  tensor->type = ASSAY_FLOAT32;
  // Assay looks at outputs once all inputs have shapes.
  tensor->rank = static_cast<int32_t>(from.shape.size());
  tensor->shape = from.shape.data();
  return ASSAY_OK;
}

assay_status input(assay_model *model, uint32_t, assay_tensor *tensor, assay_error *) { return describe_tensor(model->input, tensor); }

assay_status output(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *) {
  return describe_tensor(model->outputs[index], tensor);
}

assay_status reshape(assay_model *model, const assay_shape *inputs, assay_error *error) {
  return guarded(error, ASSAY_UNSUPPORTED, [&] {
    model->input.shape.assign(inputs[0].sizes, inputs[0].sizes + inputs[0].rank);
    infer_shapes(model);
    return ASSAY_OK;
  });
}

// Sessions open on several threads at once, and infer their own outputs.
assay_status open_session(assay_model *model, const assay_buffers *buffers, assay_session **result, assay_error *error) {
  return guarded(error, ASSAY_BAD_MODEL, [&] {
    assay_session session;
    session.net = cv::dnn::readNetFromONNX(model->path);
    session.net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    session.net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    session.input = cv::Mat(dimensions(model->input.shape), CV_32F, const_cast<void *>(buffers->inputs[0]));
    for (const Tensor &tensor : model->outputs) session.names.push_back(tensor.name);
    session.outputs.assign(buffers->outputs, buffers->outputs + buffers->output_count);
    *result = new assay_session(session);
    return ASSAY_OK;
  });
}

void destroy_session(assay_session *session) { delete session; }

assay_status infer(assay_session *session, assay_error *error) {
  return guarded(error, ASSAY_INFERENCE_FAILED, [&] {
    session->net.setInput(session->input);
    session->net.forward(session->results, session->names);
    for (size_t index = 0; index < session->results.size(); index++) {
      const cv::Mat &result = session->results[index];
      std::memcpy(session->outputs[index], result.data, result.total() * result.elemSize());
    }
    return ASSAY_OK;
  });
}

// Designated initialisers came to C++ with 2020, so this names the fields one by one.
assay_engine_api make_api() {
  assay_engine_api api = {};
  api.struct_size = sizeof api;
  api.version = ASSAY_ENGINE_VERSION;
  api.create = create;
  api.destroy = destroy;
  api.describe = describe;
  api.compile = compile;
  api.destroy_model = destroy_model;
  api.input_count = input_count;
  api.output_count = output_count;
  api.input = input;
  api.output = output;
  api.reshape = reshape;
  api.open_session = open_session;
  api.destroy_session = destroy_session;
  api.infer = infer;
  return api;
}

}  // namespace

const assay_engine_api *assay_engine_get_api(uint32_t version) {
  static const assay_engine_api api = make_api();
  return version == ASSAY_ENGINE_VERSION ? &api : nullptr;
}
