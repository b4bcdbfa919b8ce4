// OpenVINO's C API: what Assay uses of it, written after the headers of the openvino 2026.4.1 wheel. Signatures and layouts
// are the same since 2022.3, the first version with this API; the numbers of the element types are not, and are found out at
// run time.
#ifndef ASSAY_OPENVINO_H
#define ASSAY_OPENVINO_H

#include <stddef.h>
#include <stdint.h>

typedef struct ov_core ov_core_t;
typedef struct ov_model ov_model_t;
typedef struct ov_compiled_model ov_compiled_model_t;
typedef struct ov_infer_request ov_infer_request_t;
typedef struct ov_tensor ov_tensor_t;
typedef struct ov_output_const_port ov_output_const_port_t;

/// Zero is success; negative numbers say which kind of exception was caught.
typedef int32_t ov_status_e;
enum { OV_STATUS_OK = 0, OV_STATUS_INVALID_C_PARAM = -14 };

/// A number whose meaning depends on the version of the library.
typedef uint32_t ov_element_type_e;

typedef struct {
  const char *_Nullable build_number;
  const char *_Nullable description;
} ov_version_t;

typedef struct {
  char *_Nullable *_Nullable devices;
  size_t size;
} ov_available_devices_t;

typedef struct {
  int64_t rank;
  int64_t *_Nullable dims;
} ov_shape_t;

/// Inclusive bounds. Equal where the dimension is static; `max` is -1 where it has no upper bound.
typedef struct {
  int64_t min;
  int64_t max;
} ov_dimension_t;

/// `rank` is itself a dimension: a model may leave it open.
typedef struct {
  ov_dimension_t rank;
  ov_dimension_t *_Nullable dims;
} ov_partial_shape_t;

/// How long a layer took in the last inference.
typedef struct {
  int32_t status;
  int64_t real_time;
  int64_t cpu_time;
  const char *_Nullable node_name;
  const char *_Nullable exec_type;
  const char *_Nullable node_type;
} ov_profiling_info_t;

enum { OV_PROFILING_EXECUTED = 2 };

typedef struct {
  ov_profiling_info_t *_Nullable profiling_infos;
  size_t size;
} ov_profiling_info_list_t;

/// A function whose real signature is variadic, which Swift cannot name.
typedef void (*ov_variadic_function)(void);

/// The functions that Assay calls, each named after its symbol without the leading `ov_`.
typedef struct {
  // What a getter puts into a `char **` is freed by `free`, except for what `get_error_info` returns.
  void (*_Nonnull free)(const char *_Nullable content);
  const char *_Nullable (*_Nonnull get_error_info)(ov_status_e status);
  /// Since 2023.0; the caller frees the text.
  const char *_Nullable (*_Nullable get_last_err_msg)(void);
  ov_status_e (*_Nonnull get_openvino_version)(ov_version_t *_Nonnull version);
  void (*_Nonnull version_free)(ov_version_t *_Nonnull version);

  ov_status_e (*_Nonnull core_create)(ov_core_t *_Nullable *_Nonnull core);
  void (*_Nonnull core_free)(ov_core_t *_Nonnull core);
  ov_status_e (*_Nonnull core_get_available_devices)(
      const ov_core_t *_Nonnull core, ov_available_devices_t *_Nonnull devices);
  void (*_Nonnull available_devices_free)(ov_available_devices_t *_Nonnull devices);
  ov_status_e (*_Nonnull core_get_property)(
      const ov_core_t *_Nonnull core, const char *_Nonnull device, const char *_Nonnull key,
      char *_Nullable *_Nonnull value);
  ov_variadic_function _Nonnull core_set_property;
  ov_status_e (*_Nonnull core_read_model)(
      const ov_core_t *_Nonnull core, const char *_Nonnull path, const char *_Nullable weights_path,
      ov_model_t *_Nullable *_Nonnull model);
  ov_variadic_function _Nonnull core_compile_model;

  void (*_Nonnull model_free)(ov_model_t *_Nonnull model);
  ov_status_e (*_Nonnull model_inputs_size)(const ov_model_t *_Nonnull model, size_t *_Nonnull size);
  ov_status_e (*_Nonnull model_outputs_size)(const ov_model_t *_Nonnull model, size_t *_Nonnull size);
  ov_status_e (*_Nonnull model_const_input_by_index)(
      const ov_model_t *_Nonnull model, size_t index, ov_output_const_port_t *_Nullable *_Nonnull port);
  ov_status_e (*_Nonnull model_const_output_by_index)(
      const ov_model_t *_Nonnull model, size_t index, ov_output_const_port_t *_Nullable *_Nonnull port);
  ov_status_e (*_Nonnull model_reshape_by_port_indexes)(
      const ov_model_t *_Nonnull model, const size_t *_Nonnull indexes, const ov_partial_shape_t *_Nonnull shapes,
      size_t size);

  ov_status_e (*_Nonnull port_get_any_name)(
      const ov_output_const_port_t *_Nonnull port, char *_Nullable *_Nonnull name);
  ov_status_e (*_Nonnull port_get_partial_shape)(
      const ov_output_const_port_t *_Nonnull port, ov_partial_shape_t *_Nonnull shape);
  ov_status_e (*_Nonnull port_get_element_type)(
      const ov_output_const_port_t *_Nonnull port, ov_element_type_e *_Nonnull type);
  void (*_Nonnull output_const_port_free)(ov_output_const_port_t *_Nonnull port);
  void (*_Nonnull partial_shape_free)(ov_partial_shape_t *_Nonnull shape);
  ov_status_e (*_Nonnull shape_free)(ov_shape_t *_Nonnull shape);

  void (*_Nonnull compiled_model_free)(ov_compiled_model_t *_Nonnull model);
  ov_status_e (*_Nonnull compiled_model_inputs_size)(const ov_compiled_model_t *_Nonnull model, size_t *_Nonnull size);
  ov_status_e (*_Nonnull compiled_model_outputs_size)(const ov_compiled_model_t *_Nonnull model, size_t *_Nonnull size);
  ov_status_e (*_Nonnull compiled_model_input_by_index)(
      const ov_compiled_model_t *_Nonnull model, size_t index, ov_output_const_port_t *_Nullable *_Nonnull port);
  ov_status_e (*_Nonnull compiled_model_output_by_index)(
      const ov_compiled_model_t *_Nonnull model, size_t index, ov_output_const_port_t *_Nullable *_Nonnull port);
  ov_status_e (*_Nonnull compiled_model_get_property)(
      const ov_compiled_model_t *_Nonnull model, const char *_Nonnull key, char *_Nullable *_Nonnull value);
  ov_status_e (*_Nonnull compiled_model_create_infer_request)(
      const ov_compiled_model_t *_Nonnull model, ov_infer_request_t *_Nullable *_Nonnull request);

  ov_status_e (*_Nonnull compiled_model_get_runtime_model)(
      const ov_compiled_model_t *_Nonnull model, ov_model_t *_Nullable *_Nonnull runtime);

  void (*_Nonnull infer_request_free)(ov_infer_request_t *_Nonnull request);
  ov_status_e (*_Nonnull infer_request_get_input_tensor_by_index)(
      const ov_infer_request_t *_Nonnull request, size_t index, ov_tensor_t *_Nullable *_Nonnull tensor);
  ov_status_e (*_Nonnull infer_request_get_output_tensor_by_index)(
      const ov_infer_request_t *_Nonnull request, size_t index, ov_tensor_t *_Nullable *_Nonnull tensor);
  ov_status_e (*_Nonnull infer_request_infer)(ov_infer_request_t *_Nonnull request);
  ov_status_e (*_Nonnull infer_request_start_async)(ov_infer_request_t *_Nonnull request);
  ov_status_e (*_Nonnull infer_request_wait)(ov_infer_request_t *_Nonnull request);
  ov_status_e (*_Nonnull infer_request_get_profiling_info)(
      const ov_infer_request_t *_Nonnull request, ov_profiling_info_list_t *_Nonnull list);
  void (*_Nonnull profiling_info_list_free)(ov_profiling_info_list_t *_Nonnull list);

  /// `ov::serialize` of the C++ library, for which the C API has no function: with paths as `std::filesystem::path` or as
  /// `std::string`. NULL where the library has no function of that form.
  ov_variadic_function _Nullable serialize_to_paths;
  ov_variadic_function _Nullable serialize_to_strings;

  ov_status_e (*_Nonnull tensor_create)(
      ov_element_type_e type, ov_shape_t shape, ov_tensor_t *_Nullable *_Nonnull tensor);
  void (*_Nonnull tensor_free)(ov_tensor_t *_Nonnull tensor);
  ov_status_e (*_Nonnull tensor_get_shape)(const ov_tensor_t *_Nonnull tensor, ov_shape_t *_Nonnull shape);
  ov_status_e (*_Nonnull tensor_get_byte_size)(const ov_tensor_t *_Nonnull tensor, size_t *_Nonnull size);
  ov_status_e (*_Nonnull tensor_data)(const ov_tensor_t *_Nonnull tensor, void *_Nullable *_Nonnull data);
} ov_functions;

/// The names of `serialize_to_paths` and `serialize_to_strings` in the library, as GCC and Clang spell them.
#define ASSAY_OV_SERIALIZE_TO_PATHS \
  "_ZN2ov9serializeERKSt10shared_ptrIKNS_5ModelEERKNSt10filesystem7__cxx114pathESA_NS_4pass9Serialize7VersionE"
#define ASSAY_OV_SERIALIZE_TO_STRINGS \
  "_ZN2ov9serializeERKSt10shared_ptrIKNS_5ModelEERKSsS7_NS_4pass9Serialize7VersionE"

/// The names of the files that `assay_ov_serialize` writes, without their endings `.xml` and `.bin`.
#define ASSAY_OV_RUNTIME_MODEL "runtime"

/// Writes a model as OpenVINO IR into a folder, through whichever form of `ov::serialize` there is. An exception of the library ends
/// the process.
///
/// Returns OV_STATUS_INVALID_C_PARAM without any, or if the folder cannot be entered.
ov_status_e assay_ov_serialize(
    const ov_functions *_Nonnull functions, const ov_model_t *_Nonnull model, const char *_Nonnull folder);

/// How many strings `assay_ov_core_compile_model` can pass on.
enum { ASSAY_OV_MAX_ARGUMENTS = 64 };

/// Calls `ov_core_set_property`, which is variadic, with one key and value.
ov_status_e assay_ov_core_set_property(
    ov_variadic_function _Nonnull function, const ov_core_t *_Nonnull core, const char *_Nonnull device,
    const char *_Nonnull key, const char *_Nonnull value);

/// Calls `ov_core_compile_model`, which is variadic, with `count` strings: key, value, key, value …
ov_status_e assay_ov_core_compile_model(
    ov_variadic_function _Nonnull function, const ov_core_t *_Nonnull core, const ov_model_t *_Nonnull model,
    const char *_Nonnull device, const char *_Nonnull const *_Nonnull arguments, size_t count,
    ov_compiled_model_t *_Nullable *_Nonnull compiled);

#endif
