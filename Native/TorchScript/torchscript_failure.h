// What goes wrong, and its words for one sentence of Assay's.
#pragma once

#include <c10/util/Exception.h>

#include <new>
#include <stdexcept>
#include <string>

#include "assay_engine.h"

namespace torchscript {

struct Failure : std::runtime_error {
  assay_status status;
  Failure(assay_status status, const std::string &words) : std::runtime_error(words), status(status) {}
};

/// The line that says what is wrong: the last error of a traceback, else the first line.
inline std::string sentence(const std::string &text) {
  size_t start = text.rfind("\nRuntimeError: ");
  start = text.find_first_not_of('\n', start == std::string::npos ? 0 : start);
  if (start == std::string::npos) return "PyTorch gives no reason";
  return text.substr(start, text.find('\n', start) - start);
}

/// Runs a body; makes a status and words of what it throws. No exception leaves a plugin.
template <typename Body>
assay_status attempt(assay_error *error, assay_status otherwise, Body body) {
  try {
    body();
    return ASSAY_OK;
  } catch (const Failure &failure) {
    return assay_fail(error, failure.status, "%s", failure.what());
  } catch (const c10::Error &failure) {
    return assay_fail(error, otherwise, "%s", sentence(failure.what_without_backtrace()).c_str());
  } catch (const std::bad_alloc &) {
    return assay_fail(error, ASSAY_BAD_REQUEST, "there is no memory left");
  } catch (const std::exception &failure) {
    return assay_fail(error, otherwise, "%s", sentence(failure.what()).c_str());
  } catch (...) {
    return assay_fail(error, otherwise, "an exception without words");
  }
}

}  // namespace torchscript
