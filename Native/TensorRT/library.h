// TensorRT's libraries, opened at run time, and its messages.
#pragma once

#include <NvInfer.h>
#include <NvOnnxParser.h>

#include <memory>
#include <vector>

#include "cuda_driver.h"

namespace assay {

/// Keeps errors for the words of a failure. TensorRT logs on any of its threads.
class Logger : public nvinfer1::ILogger {
 public:
  void log(Severity severity, const char *message) noexcept override {
    if (severity > Severity::kERROR || !message) return;
    try {
      std::lock_guard<std::mutex> lock(mutex_);
      if (messages_.size() < maximumCount) messages_.emplace_back(message);
    } catch (...) {
      // Without memory for a message there is none.
    }
  }

  void clear() {
    std::lock_guard<std::mutex> lock(mutex_);
    messages_.clear();
  }

  std::string words() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::string words;
    for (const auto &message : messages_) words += (words.empty() ? "" : "; ") + message;
    return words;
  }

 private:
  static constexpr size_t maximumCount = 8;
  std::mutex mutex_;
  std::vector<std::string> messages_;
};

class Library {
 public:
  Driver driver;
  Logger logger;

  explicit Library(const std::string &name) {
    void *runtime = open(name);
    const auto version = reinterpret_cast<int32_t (*)()>(find(runtime, "getInferLibVersion"));
    makeRuntime_ = reinterpret_cast<Maker>(dlsym(runtime, "createInferRuntime_INTERNAL"));
    if (!version || !makeRuntime_) throw Failure(ASSAY_TRT_BAD_LIBRARY, name + " is not TensorRT's runtime");
    version_ = version();
    if (major(version_) != NV_TENSORRT_MAJOR) {
      throw Failure(ASSAY_TRT_BAD_LIBRARY, name + " is version " + text(version_) + ", and this shim is built for " +
                                               text(NV_TENSORRT_VERSION) + ": build it with the headers of that version");
    }
    Dl_info info{};
    path_ = dladdr(reinterpret_cast<void *>(makeRuntime_), &info) && info.dli_fname ? info.dli_fname : name;
    makeBuilder_ = reinterpret_cast<Maker>(dlsym(runtime, "createInferBuilder_INTERNAL"));
    if (makeBuilder_) openParser(name);
  }

  int32_t version() const { return version_; }
  const char *path() const { return path_.c_str(); }

  std::unique_ptr<nvinfer1::IRuntime> makeRuntime() {
    return made<nvinfer1::IRuntime>(makeRuntime_(&logger, NV_TENSORRT_VERSION), "TensorRT's runtime does not start");
  }

  std::unique_ptr<nvinfer1::IBuilder> makeBuilder() {
    if (!makeBuilder_ || !makeParser_) {
      throw Failure(ASSAY_TRT_UNSUPPORTED,
                    path_ + (makeBuilder_ ? " has no parser of ONNX beside it" : " has no builder: it runs engine files only"));
    }
    return made<nvinfer1::IBuilder>(makeBuilder_(&logger, NV_TENSORRT_VERSION), "TensorRT's builder does not start");
  }

  std::unique_ptr<nvonnxparser::IParser> makeParser(nvinfer1::INetworkDefinition &network) {
    return made<nvonnxparser::IParser>(makeParser_(&network, &logger, NV_ONNX_PARSER_VERSION),
                                       "TensorRT's parser of ONNX does not start");
  }

  /// - Returns: what TensorRT made.
  template <typename Object>
  std::unique_ptr<Object> made(void *object, const char *otherwise) {
    if (!object) throw Failure(ASSAY_TRT_FAILED, otherwise);
    return std::unique_ptr<Object>(static_cast<Object *>(object));
  }

  static std::string text(int32_t version) {
    // Up to 8.6, one digit less was enough.
    const int32_t unit = version < 10000 ? 1000 : 10000;
    return std::to_string(version / unit) + "." + std::to_string(version % unit / 100) + "." +
           std::to_string(version % 100);
  }

 private:
  using Maker = void *(*)(void *, int32_t);
  using ParserMaker = void *(*)(void *, void *, int);

  static int32_t major(int32_t version) { return version / (version < 10000 ? 1000 : 10000); }

  static void *open(const std::string &name) {
    void *library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw Failure(ASSAY_TRT_BAD_LIBRARY, dlerror());
    return library;
  }

  static void *find(void *library, const char *symbol) { return dlsym(library, symbol); }

  /// libnvinfer.so.10 has libnvonnxparser.so.10 beside it; libtensorrt_rtx.so.1, libtensorrt_onnxparser_rtx.so.1.
  void openParser(const std::string &runtime) {
    void *parser = sibling(runtime, NV_TENSORRT_MAJOR < 8 ? "libtensorrt_onnxparser_rtx" : "libnvonnxparser");
    if (parser) makeParser_ = reinterpret_cast<ParserMaker>(dlsym(parser, "createNvOnnxParser_INTERNAL"));
    // Operations such as NonMaxSuppression are plug-ins, which register themselves.
    void *plugins = sibling(runtime, "libnvinfer_plugin");
    if (!plugins) return;
    const auto registerAll = reinterpret_cast<bool (*)(void *, const char *)>(dlsym(plugins, "initLibNvInferPlugins"));
    if (registerAll) registerAll(&logger, "");
  }

  static void *sibling(const std::string &runtime, const std::string &stem) {
    const auto slash = runtime.rfind('/');
    const auto folder = slash == std::string::npos ? "" : runtime.substr(0, slash + 1);
    const auto name = stem + ".so." + std::to_string(NV_TENSORRT_MAJOR);
    if (void *library = dlopen((folder + name).c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    return dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  }

  std::string path_;
  int32_t version_ = 0;
  Maker makeRuntime_ = nullptr;
  Maker makeBuilder_ = nullptr;
  ParserMaker makeParser_ = nullptr;
};

}  // namespace assay
