// What goes wrong, and its words for one sentence of Assay's.
#pragma once

#include <executorch/runtime/core/error.h>
#include <executorch/runtime/platform/platform.h>

#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>

#include "assay_engine.h"

namespace executorch_shim {

using executorch::runtime::Error;

struct Failure : std::runtime_error {
  assay_status status;
  Failure(assay_status status, const std::string &words) : std::runtime_error(words), status(status) {}
};

/// What ExecuTorch has logged on this thread since a call began: its errors are numbers, and only its log gives reasons.
class Log {
 public:
  static void listen() {
    executorch::runtime::register_pal(executorch::runtime::PalImpl::create(write, __FILE__));
  }

  static void forget() { reason().clear(); }

  /// The first error, from which later ones follow; without any, the number's name.
  static std::string reason(Error error) {
    const std::string name = executorch::runtime::to_string(error);
    return reason().empty() ? "ExecuTorch says " + name : reason() + " (" + name + ")";
  }

 private:
  static std::string &reason() {
    thread_local std::string text;
    return text;
  }

  static void write(et_timestamp_t, et_pal_log_level_t level, const char *, const char *, size_t, const char *message,
                    size_t length) {
    if (level != kError && level != kFatal) return;
    const std::string text(message, length);
    std::fprintf(stderr, "executorch: %s\n", text.c_str());
    // Files of old exporters are still read.
    if (reason().empty() && text.rfind("!!DEPRECATED!!", 0) != 0) reason() = text;
  }
};

inline void check(Error error, assay_status status) {
  if (error == Error::MemoryAllocationFailed) throw std::bad_alloc();
  if (error != Error::Ok) throw Failure(status, Log::reason(error));
}

/// Runs a body; makes a status and words of what it throws. No exception leaves a plugin.
template <typename Body>
assay_status attempt(assay_error *error, Body body) {
  Log::forget();
  try {
    body();
    return ASSAY_OK;
  } catch (const Failure &failure) {
    return assay_fail(error, failure.status, "%s", failure.what());
  } catch (const std::bad_alloc &) {
    return assay_fail(error, ASSAY_BAD_REQUEST, "there is no memory left");
  } catch (const std::exception &failure) {
    return assay_fail(error, ASSAY_INFERENCE_FAILED, "%s", failure.what());
  }
}

}  // namespace executorch_shim
