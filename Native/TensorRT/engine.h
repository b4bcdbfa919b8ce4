// From an ONNX model or an engine file to an engine on a GPU.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>

#include "library.h"

namespace assay {

inline nvinfer1::Dims dimensions(const assay_trt_shape &shape) {
  nvinfer1::Dims result{};
  result.nbDims = shape.rank;
  for (int32_t axis = 0; axis < shape.rank; ++axis) result.d[axis] = shape.sizes[axis];
  return result;
}

inline assay_trt_shape shape(const nvinfer1::Dims &dimensions) {
  assay_trt_shape result{};
  result.rank = dimensions.nbDims;
  for (int32_t axis = 0; axis < dimensions.nbDims; ++axis) result.sizes[axis] = dimensions.d[axis];
  return result;
}

inline std::vector<char> contents(const char *path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Failure(ASSAY_TRT_BAD_MODEL, std::string("cannot open ") + path + ": " + std::strerror(errno));
  return std::vector<char>(std::istreambuf_iterator<char>(file), {});
}

/// TensorRT's engine, with all that must outlive it.
class Engine {
 public:
  Library &library;
  const Driver::Context context;
  double buildMilliseconds = 0;
  uint64_t bytes = 0;
  std::string precision;

  /// - Parameter failure: the status of data that TensorRT does not take.
  Engine(Library &library, Driver::Context context, const void *data, size_t size)
      : library(library), context(context), bytes(size), runtime_(library.makeRuntime()) {
    engine_.reset(runtime_->deserializeCudaEngine(data, size));
    if (!engine_) throw Failure(ASSAY_TRT_BAD_MODEL, "TensorRT does not load it");
    for (int32_t index = 0; index < engine_->getNbIOTensors(); ++index) names_.push_back(engine_->getIOTensorName(index));
  }

  static std::unique_ptr<Engine> load(Library &library, int32_t device, const char *path) {
    const auto context = library.driver.use(device);
    const auto data = contents(path);
    return std::make_unique<Engine>(library, context, data.data(), data.size());
  }

  int32_t tensorCount() const { return static_cast<int32_t>(names_.size()); }

  assay_trt_tensor tensor(int32_t index) const {
    const char *name = names_[static_cast<size_t>(index)];
    assay_trt_tensor tensor{};
    tensor.name = name;
    tensor.shape = shape(engine_->getTensorShape(name));
    tensor.type = static_cast<int32_t>(engine_->getTensorDataType(name));
    tensor.is_input = engine_->getTensorIOMode(name) == nvinfer1::TensorIOMode::kINPUT;
    return tensor;
  }

  bool isOnHost(const char *name) const {
    return engine_->getTensorLocation(name) == nvinfer1::TensorLocation::kHOST;
  }
  bool isLinear(const char *name) const {
    return engine_->getTensorFormat(name) == nvinfer1::TensorFormat::kLINEAR;
  }

  std::unique_ptr<nvinfer1::IExecutionContext> makeContext() {
    std::lock_guard<std::mutex> lock(mutex_);
    library.driver.use(context);
    return library.made<nvinfer1::IExecutionContext>(engine_->createExecutionContext(),
                                                     "TensorRT makes no execution context");
  }

 private:
  std::unique_ptr<nvinfer1::IRuntime> runtime_;
  std::unique_ptr<nvinfer1::ICudaEngine> engine_;
  std::vector<const char *> names_;
  std::mutex mutex_;
};

/// A parsed ONNX model.
class Network {
 public:
  Network(Library &library, int32_t device, const char *path, assay_trt_precision precision)
      : library_(library), context_(library.driver.use(device)), builder_(library.makeBuilder()), precision_(precision) {
    network_ = library.made<nvinfer1::INetworkDefinition>(builder_->createNetworkV2(flags()), "TensorRT makes no network");
    parser_ = library.makeParser(*network_);
    if (!parser_->parseFromFile(path, static_cast<int>(nvinfer1::ILogger::Severity::kERROR))) throw parseFailure();
  }

  int32_t tensorCount() const { return network_->getNbInputs() + network_->getNbOutputs(); }

  assay_trt_tensor tensor(int32_t index) const {
    const int32_t inputs = network_->getNbInputs();
    const auto *source = index < inputs ? network_->getInput(index) : network_->getOutput(index - inputs);
    assay_trt_tensor tensor{};
    tensor.name = source->getName();
    tensor.shape = shape(source->getDimensions());
    tensor.type = static_cast<int32_t>(source->getType());
    tensor.is_input = index < inputs;
    return tensor;
  }

  std::unique_ptr<Engine> build(const assay_trt_build_options &options) {
    library_.driver.use(context_);
    const auto start = std::chrono::steady_clock::now();
    auto config = library_.made<nvinfer1::IBuilderConfig>(builder_->createBuilderConfig(), "TensorRT makes no configuration");
    std::string words = set(precision_, *config);
    addProfile(options, *config);
    if (options.workspace > 0) {
      config->setMemoryPoolLimit(nvinfer1::MemoryPoolType::kWORKSPACE, static_cast<size_t>(options.workspace));
    }
    const auto cache = timingCache(options, *config);
    std::unique_ptr<nvinfer1::IHostMemory> plan(builder_->buildSerializedNetwork(*network_, *config));
    if (!plan) throw Failure(ASSAY_TRT_UNSUPPORTED, "TensorRT does not build it");
    const auto end = std::chrono::steady_clock::now();
    if (options.timing_cache) save(*config, options.timing_cache);
    auto engine = std::make_unique<Engine>(library_, context_, plan->data(), plan->size());
    engine->buildMilliseconds = std::chrono::duration<double, std::milli>(end - start).count();
    engine->precision = std::move(words);
    return engine;
  }

 private:
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // TensorRT 10 lets layers choose a precision, or takes those of the model; TensorRT 11 and RTX do only the latter.
  uint32_t flags() const {
#if NV_TENSORRT_MAJOR == 10
    const bool isOfModel = precision_ == ASSAY_TRT_PRECISION_OF_MODEL;
#else
    const bool isOfModel = true;
    if (precision_ == ASSAY_TRT_FLOAT16 || precision_ == ASSAY_TRT_INT8) {
      throw Failure(ASSAY_TRT_UNSUPPORTED, "TensorRT " + Library::text(library_.version()) +
                                               " computes in the precision of the model: convert the model instead");
    }
#endif
    return isOfModel ? 1U << static_cast<uint32_t>(nvinfer1::NetworkDefinitionCreationFlag::kSTRONGLY_TYPED) : 0U;
  }

  /// - Returns: the precision in TensorRT's words.
  static std::string set(assay_trt_precision precision, nvinfer1::IBuilderConfig &config) {
    switch (precision) {
      case ASSAY_TRT_FLOAT32: {
        // By default TensorRT computes float32 in TF32, with 10 bits of mantissa.
        config.clearFlag(nvinfer1::BuilderFlag::kTF32);
        return NV_TENSORRT_MAJOR == 10 ? "FP32" : "the model's types, without TF32";
      }
#if NV_TENSORRT_MAJOR == 10
      case ASSAY_TRT_FLOAT16: config.setFlag(nvinfer1::BuilderFlag::kFP16); return "FP32+FP16";
      case ASSAY_TRT_INT8: config.setFlag(nvinfer1::BuilderFlag::kINT8); return "FP32+INT8";
#endif
      default: return "the model's types";
    }
  }
#pragma GCC diagnostic pop

  /// One size per dimension: the shapes that are measured.
  void addProfile(const assay_trt_build_options &options, nvinfer1::IBuilderConfig &config) {
    auto *profile = builder_->createOptimizationProfile();
    if (!profile) throw Failure(ASSAY_TRT_FAILED, "TensorRT makes no optimization profile");
    for (int32_t index = 0; index < network_->getNbInputs(); ++index) {
      const auto *input = network_->getInput(index);
      if (input->isShapeTensor()) {
        throw Failure(ASSAY_TRT_UNSUPPORTED,
                      std::string("input '") + input->getName() + "' sets shapes, and Assay knows no values for it");
      }
      if (static_cast<size_t>(index) >= options.shape_count) throw Failure(ASSAY_TRT_FAILED, "a shape is missing");
      const auto size = dimensions(options.shapes[index]);
      using Selector = nvinfer1::OptProfileSelector;
      for (const auto selector : {Selector::kMIN, Selector::kOPT, Selector::kMAX}) {
        if (!profile->setDimensions(input->getName(), selector, size)) {
          throw Failure(ASSAY_TRT_UNSUPPORTED, std::string("TensorRT refuses the shape of input '") + input->getName() + "'");
        }
      }
    }
    if (config.addOptimizationProfile(profile) < 0) {
      throw Failure(ASSAY_TRT_UNSUPPORTED, "TensorRT refuses the shapes of the inputs");
    }
  }

  static std::unique_ptr<nvinfer1::ITimingCache> timingCache(const assay_trt_build_options &options,
                                                             nvinfer1::IBuilderConfig &config) {
    if (!options.timing_cache) return nullptr;
    const auto data = access(options.timing_cache, F_OK) == 0 ? contents(options.timing_cache) : std::vector<char>();
    std::unique_ptr<nvinfer1::ITimingCache> cache(config.createTimingCache(data.data(), data.size()));
    if (!cache || !config.setTimingCache(*cache, false)) {
      throw Failure(ASSAY_TRT_UNSUPPORTED,
                    std::string("TensorRT refuses the timing cache ") + options.timing_cache + ": remove it");
    }
    return cache;
  }

  /// Moves a complete file into place, so that a parallel build never reads half of it.
  static void save(nvinfer1::IBuilderConfig &config, const std::string &path) {
    const auto *cache = config.getTimingCache();
    std::unique_ptr<nvinfer1::IHostMemory> data(cache ? cache->serialize() : nullptr);
    if (!data) throw Failure(ASSAY_TRT_FAILED, "TensorRT gives no timing cache");
    const auto partial = path + ".partial-" + std::to_string(getpid());
    std::ofstream file(partial, std::ios::binary);
    file.write(static_cast<const char *>(data->data()), static_cast<std::streamsize>(data->size()));
    file.close();
    if (!file || rename(partial.c_str(), path.c_str()) != 0) {
      const std::string words = std::strerror(errno);
      unlink(partial.c_str());
      throw Failure(ASSAY_TRT_FAILED, "cannot write the timing cache " + path + ": " + words);
    }
  }

  Failure parseFailure() const {
    std::string words;
    auto status = ASSAY_TRT_BAD_MODEL;
    for (int index = 0; index < parser_->getNbErrors(); ++index) {
      const auto *error = parser_->getError(index);
      if (error->code() >= nvonnxparser::ErrorCode::kUNSUPPORTED_GRAPH) status = ASSAY_TRT_UNSUPPORTED;
      words += (words.empty() ? "" : "; ") + std::string(error->desc());
    }
    return Failure(status, words.empty() ? "TensorRT does not parse it" : words);
  }

  Library &library_;
  const Driver::Context context_;
  // The parser refers to the network, and the network to the builder: they go in the reverse order.
  std::unique_ptr<nvinfer1::IBuilder> builder_;
  std::unique_ptr<nvinfer1::INetworkDefinition> network_;
  std::unique_ptr<nvonnxparser::IParser> parser_;
  const assay_trt_precision precision_;
};

}  // namespace assay
