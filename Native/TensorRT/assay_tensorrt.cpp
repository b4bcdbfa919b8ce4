// The C ABI over TensorRT's classes. Every function catches what is thrown below it.
#include "assay_tensorrt.h"

#include <new>

#include "session.h"

struct assay_trt_library : assay::Library {
  using Library::Library;
};
struct assay_trt_network {
  assay::Library &library;
  assay::Network network;
};
struct assay_trt_engine {
  std::unique_ptr<assay::Engine> engine;
};
struct assay_trt_session {
  assay::Library &library;
  assay::Session session;
};

namespace {

thread_local std::string lastError;

/// Runs a body; makes a status and words of what it throws.
template <typename Body>
assay_trt_status attempt(assay::Logger *logger, Body body) {
  try {
    if (logger) logger->clear();
    body();
    return ASSAY_TRT_OK;
  } catch (const assay::Failure &failure) {
    const auto words = logger ? logger->words() : std::string();
    lastError = failure.what() + (words.empty() ? "" : ": " + words);
    return failure.status;
  } catch (const std::bad_alloc &) {
    lastError = "there is no memory left";
    return ASSAY_TRT_NO_MEMORY;
  } catch (const std::exception &error) {
    lastError = error.what();
    return ASSAY_TRT_FAILED;
  } catch (...) {
    lastError = "an exception without words";
    return ASSAY_TRT_FAILED;
  }
}

const char *last_error() { return lastError.c_str(); }

assay_trt_status open(const char *runtime, assay_trt_library **library) {
  return attempt(nullptr, [&] { *library = new assay_trt_library(runtime); });
}

int32_t version(assay_trt_library *library) { return library->version(); }
const char *path(assay_trt_library *library) { return library->path(); }

assay_trt_status device_count(assay_trt_library *library, int32_t *count) {
  return attempt(&library->logger, [&] { *count = library->driver.deviceCount(); });
}

assay_trt_status device_name(assay_trt_library *library, int32_t device, char *name, size_t capacity) {
  return attempt(&library->logger, [&] { library->driver.deviceName(device, name, capacity); });
}

assay_trt_status parse(assay_trt_library *library, int32_t device, const char *path, assay_trt_precision precision,
                       assay_trt_network **network) {
  return attempt(&library->logger,
                 [&] { *network = new assay_trt_network{*library, {*library, device, path, precision}}; });
}

int32_t network_tensor_count(assay_trt_network *network) { return network->network.tensorCount(); }
assay_trt_tensor network_tensor(assay_trt_network *network, int32_t index) { return network->network.tensor(index); }

assay_trt_status build(assay_trt_network *network, const assay_trt_build_options *options, assay_trt_engine **engine) {
  return attempt(&network->library.logger, [&] { *engine = new assay_trt_engine{network->network.build(*options)}; });
}

void destroy_network(assay_trt_network *network) { delete network; }

assay_trt_status load(assay_trt_library *library, int32_t device, const char *path, assay_trt_engine **engine) {
  return attempt(&library->logger,
                 [&] { *engine = new assay_trt_engine{assay::Engine::load(*library, device, path)}; });
}

int32_t engine_tensor_count(assay_trt_engine *engine) { return engine->engine->tensorCount(); }
assay_trt_tensor engine_tensor(assay_trt_engine *engine, int32_t index) { return engine->engine->tensor(index); }
double build_milliseconds(assay_trt_engine *engine) { return engine->engine->buildMilliseconds; }
uint64_t engine_bytes(assay_trt_engine *engine) { return engine->engine->bytes; }
const char *engine_precision(assay_trt_engine *engine) {
  return engine->engine->precision.empty() ? nullptr : engine->engine->precision.c_str();
}
void destroy_engine(assay_trt_engine *engine) { delete engine; }

assay_trt_status make_session(assay_trt_engine *engine, const assay_trt_shape *shapes, size_t shape_count,
                              assay_trt_session **session) {
  auto &library = engine->engine->library;
  return attempt(&library.logger,
                 [&] { *session = new assay_trt_session{library, {*engine->engine, shapes, shape_count}}; });
}

assay_trt_tensor session_tensor(assay_trt_session *session, int32_t index) { return session->session.tensor(index); }

assay_trt_status infer(assay_trt_session *session) {
  try {
    session->session.infer();
    return ASSAY_TRT_OK;
  } catch (...) {
    // The words of the inference are TensorRT's last: nothing was cleared, which would take a lock in the measured time.
    const auto failure = std::current_exception();
    const auto words = session->library.logger.words();
    const auto status = attempt(nullptr, [&] { std::rethrow_exception(failure); });
    if (!words.empty()) lastError += ": " + words;
    return status;
  }
}

double device_milliseconds(assay_trt_session *session) { return session->session.deviceMilliseconds(); }
void destroy_session(assay_trt_session *session) { delete session; }

const assay_trt_api api = {
    ASSAY_TRT_ABI, NV_TENSORRT_VERSION, last_error, open, version, path, device_count, device_name, parse,
    network_tensor_count, network_tensor, build, destroy_network, load, engine_tensor_count, engine_tensor,
    build_milliseconds, engine_bytes, engine_precision, destroy_engine, make_session, session_tensor, infer,
    device_milliseconds, destroy_session,
};

}  // namespace

const assay_trt_api *assay_tensorrt_api(void) { return &api; }
