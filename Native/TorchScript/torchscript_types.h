// Types of elements in PyTorch's words and in Assay's.
#pragma once

#include <c10/core/ScalarType.h>

#include <optional>
#include <string>

#include "torchscript_failure.h"

namespace torchscript {

struct TypePair {
  const char *name;
  assay_type type;
  c10::ScalarType scalar;
};

inline constexpr TypePair types[] = {
    {"float32", ASSAY_FLOAT32, c10::ScalarType::Float},      {"float64", ASSAY_FLOAT64, c10::ScalarType::Double},
    {"float16", ASSAY_FLOAT16, c10::ScalarType::Half},       {"bfloat16", ASSAY_BFLOAT16, c10::ScalarType::BFloat16},
    {"int8", ASSAY_INT8, c10::ScalarType::Char},             {"int16", ASSAY_INT16, c10::ScalarType::Short},
    {"int32", ASSAY_INT32, c10::ScalarType::Int},            {"int64", ASSAY_INT64, c10::ScalarType::Long},
    {"uint8", ASSAY_UINT8, c10::ScalarType::Byte},           {"bool", ASSAY_BOOL, c10::ScalarType::Bool},
};

inline assay_type type(c10::ScalarType scalar, const std::string &name) {
  for (const auto &pair : types) {
    if (pair.scalar == scalar) return pair.type;
  }
  throw Failure(ASSAY_UNSUPPORTED, "'" + name + "' has elements of the type " + c10::toString(scalar));
}

inline c10::ScalarType scalar(const std::string &type, const std::string &name) {
  for (const auto &pair : types) {
    if (pair.name == type) return pair.scalar;
  }
  throw Failure(ASSAY_BAD_REQUEST, "'" + type + "' is no type for input '" + name + "': write one such as int64");
}

}  // namespace torchscript
