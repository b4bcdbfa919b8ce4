// Tensors in ExecuTorch's words and in Assay's.
#pragma once

#include <executorch/extension/tensor/tensor.h>
#include <executorch/runtime/executor/method_meta.h>

#include <string>
#include <vector>

#include "executorch_failure.h"

namespace executorch_shim {

using executorch::aten::ScalarType;

inline assay_type type(ScalarType scalar, const std::string &name) {
  switch (scalar) {
    case ScalarType::Float: return ASSAY_FLOAT32;
    case ScalarType::Double: return ASSAY_FLOAT64;
    case ScalarType::Half: return ASSAY_FLOAT16;
    case ScalarType::BFloat16: return ASSAY_BFLOAT16;
    case ScalarType::Char: return ASSAY_INT8;
    case ScalarType::Short: return ASSAY_INT16;
    case ScalarType::Int: return ASSAY_INT32;
    case ScalarType::Long: return ASSAY_INT64;
    case ScalarType::Byte: return ASSAY_UINT8;
    case ScalarType::UInt16: return ASSAY_UINT16;
    case ScalarType::UInt32: return ASSAY_UINT32;
    case ScalarType::UInt64: return ASSAY_UINT64;
    case ScalarType::Bool: return ASSAY_BOOL;
    default:
      throw Failure(ASSAY_UNSUPPORTED, "'" + name + "' has elements of ExecuTorch's type " +
                                           std::to_string(static_cast<int>(scalar)));
  }
}

/// An input or output. A file keeps no names for them.
struct Port {
  std::string name;
  ScalarType scalar;
  /// In the order of memory: a tensor in the format channels_last has the channels last.
  std::vector<int64_t> shape;
  /// The axes of the model, in the order of memory.
  std::vector<uint8_t> order;
  /// Whether the exporter has reserved memory for it.
  bool isPlanned;

  Port(const std::string &name, const executorch::runtime::TensorInfo &info)
      : name(name),
        scalar(info.scalar_type()),
        order(info.dim_order().begin(), info.dim_order().end()),
        isPlanned(info.is_memory_planned()) {
    for (const auto axis : order) shape.push_back(info.sizes()[axis]);
  }

  executorch::extension::TensorPtr tensor(void *data) const {
    std::vector<executorch::aten::SizesType> sizes(shape.size());
    for (size_t index = 0; index < shape.size(); ++index) {
      sizes[order[index]] = static_cast<executorch::aten::SizesType>(shape[index]);
    }
    return executorch::extension::make_tensor_ptr(std::move(sizes), data, order, {}, scalar);
  }

  void describe(assay_tensor &tensor) const {
    tensor.name = name.c_str();
    tensor.type = type(scalar, name);
    tensor.rank = static_cast<int32_t>(shape.size());
    tensor.shape = shape.data();
  }
};

}  // namespace executorch_shim
