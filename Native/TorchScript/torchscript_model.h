// An archive of torch.jit.save: its method forward, and what that takes and gives.
#pragma once

#include <ATen/Parallel.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/alias_analysis.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/shape_analysis.h>
#include <torch/csrc/jit/serialization/import.h>

#include <map>
#include <string>
#include <vector>

#include "torchscript_types.h"

namespace torchscript {

struct Input {
  std::string name;
  c10::ScalarType scalar = c10::ScalarType::Float;
  /// Without a value where only the user knows the number of dimensions.
  std::optional<std::vector<int64_t>> shape;
  /// Its position in `Model::arguments`.
  size_t argument;
  /// Whether the model writes into it.
  bool isWritten;
};

class Model {
 public:
  torch::jit::Module module;
  c10::Device device;
  /// Of forward, with defaults for what is no tensor and empty for inputs.
  std::vector<c10::IValue> arguments;
  std::vector<Input> inputs;
  std::vector<std::string> outputs;

  Model(const assay_compile_request &request)
      : module(load(request.model_path, c10::Device(request.device))), device(request.device) {
    at::set_num_threads(static_cast<int>(request.threads));
    module.eval();
    const auto method = module.find_method("forward");
    if (!method) throw Failure(ASSAY_UNSUPPORTED, "the module has no method 'forward'");
    const auto graph = method->graph()->copy();
    torch::jit::Inline(*graph);
    const torch::jit::AliasDb aliases(graph);
    readInputs(method->function().getSchema(), *graph, aliases);
    readOutputs(whole, graph->outputs()[0]->type(), graph->outputs()[0], aliases);
    // Without the shapes of the trace, which loading has restored, it is what Python's torch.jit.load gives.
    torch::jit::EraseShapeInformation(method->graph());
    apply(request);
  }

 private:
  static torch::jit::Module load(const std::string &path, c10::Device device) {
    caffe2::serialize::PyTorchStreamReader reader(path);
    if (!reader.hasRecord("constants.pkl")) {
      if (!reader.hasRecord("data.pkl")) throw Failure(ASSAY_BAD_MODEL, "the archive holds no TorchScript");
      throw Failure(ASSAY_BAD_MODEL,
                    "torch.save has written it, a state dict or a pickled object, not TorchScript: "
                    "export the model with torch.jit.script(model).save(\"model.pt\") or torch.jit.trace");
    }
    torch::jit::ExtraFilesMap none;
    return torch::jit::import_ir_module(std::make_shared<torch::jit::CompilationUnit>(), path, device, none,
                                        /*load_debug_files=*/true,
                                        /*restore_shapes=*/reader.hasRecord("traced_inputs.pkl"));
  }

  void readInputs(const c10::FunctionSchema &schema, torch::jit::Graph &graph, const torch::jit::AliasDb &aliases) {
    for (size_t index = 1; index < schema.arguments().size(); ++index) {
      const auto &argument = schema.arguments()[index];
      arguments.push_back(argument.default_value().value_or(c10::IValue()));
      if (argument.default_value()) continue;
      const auto *value = graph.inputs()[index];
      const auto tensor = argument.type()->cast<c10::TensorType>();
      if (!tensor) {
        throw Failure(ASSAY_UNSUPPORTED, "input '" + argument.name() + "' is a " + argument.type()->repr_str() +
                                             ", and Assay gives tensors: wrap the model so that it takes tensors alone");
      }
      Input input{argument.name(), c10::ScalarType::Float, std::nullopt, arguments.size() - 1,
                  aliases.hasWriters(value)};
      if (const auto known = value->type()->cast<c10::TensorType>()) {
        if (const auto scalar = known->scalarType()) input.scalar = *scalar;
        if (const auto sizes = known->sizes().concrete_sizes()) input.shape = *sizes;
      }
      inputs.push_back(std::move(input));
    }
  }

  /// Names the tensors inside a value in the order in which `Session` finds them.
  ///
  /// - Parameter value: NULL where only the type is known.
  void readOutputs(const std::string &name, const c10::TypePtr &type, const torch::jit::Value *value,
                   const torch::jit::AliasDb &aliases) {
    // Code that writes into a list may append to it.
    const auto *node = value && !aliases.hasWriters(value) ? value->node() : nullptr;
    if (type->cast<c10::TensorType>()) {
      outputs.push_back(name);
    } else if (const auto tuple = type->cast<c10::TupleType>()) {
      const bool isMadeHere = node && node->kind() == c10::prim::TupleConstruct;
      for (size_t index = 0; index < tuple->elements().size(); ++index) {
        const auto part = tuple->schema() ? named(name, tuple->schema()->arguments()[index].name()) : at(name, index);
        readOutputs(part, tuple->elements()[index], isMadeHere ? node->inputs()[index] : nullptr, aliases);
      }
    } else if (node && node->kind() == c10::prim::ListConstruct) {
      const auto element = type->expect<c10::ListType>()->getElementType();
      for (size_t index = 0; index < node->inputs().size(); ++index) {
        readOutputs(at(name, index), element, node->inputs()[index], aliases);
      }
    } else if (node && node->kind() == c10::prim::DictConstruct) {
      const auto element = type->expect<c10::DictType>()->getValueType();
      for (size_t index = 0; index + 1 < node->inputs().size(); index += 2) {
        const auto key = torch::jit::toIValue(node->inputs()[index]);
        if (!key || !key->isString()) throw Failure(ASSAY_UNSUPPORTED, openEnded);
        readOutputs(named(name, key->toStringRef()), element, node->inputs()[index + 1], aliases);
      }
    } else if (type->cast<c10::ListType>() || type->cast<c10::DictType>()) {
      throw Failure(ASSAY_UNSUPPORTED, openEnded);
    } else {
      throw Failure(ASSAY_UNSUPPORTED, "it returns a " + type->repr_str() + ": return a tensor or a tuple of tensors");
    }
  }

  static constexpr auto openEnded =
      "it returns a list or dictionary of which only a run tells the size: return a tuple of tensors";
  static constexpr auto whole = "output";

  static std::string at(const std::string &name, size_t index) { return name + "_" + std::to_string(index); }

  static std::string named(const std::string &name, const std::string &part) {
    return name == whole ? part : name + "_" + part;
  }

  void apply(const assay_compile_request &request) {
    for (size_t index = 0; request.setting_keys[index]; ++index) {
      const std::string key = request.setting_keys[index], value = request.setting_values[index];
      if (key == "optimize" && (value == "0" || value == "1")) {
        if (value == "1") module = torch::jit::optimize_for_inference(module);
      } else if (key.rfind("type.", 0) == 0) {
        setType(key.substr(5), value);
      } else {
        throw Failure(ASSAY_BAD_REQUEST,
                      "there is no option " + key + "=" + value + "; there are optimize=0, optimize=1 and type.INPUT=TYPE");
      }
    }
  }

  void setType(const std::string &name, const std::string &type) {
    for (auto &input : inputs) {
      if (input.name != name) continue;
      input.scalar = scalar(type, name);
      return;
    }
    throw Failure(ASSAY_BAD_REQUEST, "there is no input '" + name + "', whose type should be " + type);
  }
};

}  // namespace torchscript
