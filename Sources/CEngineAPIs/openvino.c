#include "openvino.h"

// Passed by value or filled by the library: the layouts must be its own.
_Static_assert(sizeof(ov_shape_t) == 16 && offsetof(ov_shape_t, dims) == 8, "ov_shape_t");
_Static_assert(sizeof(ov_dimension_t) == 16 && offsetof(ov_dimension_t, max) == 8, "ov_dimension_t");
_Static_assert(sizeof(ov_partial_shape_t) == 24 && offsetof(ov_partial_shape_t, dims) == 16, "ov_partial_shape_t");
_Static_assert(sizeof(ov_version_t) == 16 && offsetof(ov_version_t, description) == 8, "ov_version_t");
_Static_assert(sizeof(ov_available_devices_t) == 16 && offsetof(ov_available_devices_t, size) == 8,
               "ov_available_devices_t");
// C enumerations there, integers of the same size and sign here.
_Static_assert(sizeof(ov_status_e) == sizeof(int) && sizeof(ov_element_type_e) == sizeof(unsigned), "enumerations");

typedef ov_status_e (*compile_model)(const ov_core_t *core, const ov_model_t *model, const char *device,
                                     size_t argument_count, ov_compiled_model_t **compiled, ...);

typedef ov_status_e (*set_property)(const ov_core_t *core, const char *device, ...);

ov_status_e assay_ov_core_set_property(ov_variadic_function function, const ov_core_t *core, const char *device,
                                       const char *key, const char *value) {
  return ((set_property)function)(core, device, key, value);
}

#define EIGHT(I) a[I], a[I + 1], a[I + 2], a[I + 3], a[I + 4], a[I + 5], a[I + 6], a[I + 7]

ov_status_e assay_ov_core_compile_model(ov_variadic_function function, const ov_core_t *core, const ov_model_t *model,
                                        const char *device, const char *const *arguments, size_t count,
                                        ov_compiled_model_t **compiled) {
  if (count > ASSAY_OV_MAX_ARGUMENTS) return OV_STATUS_INVALID_C_PARAM;
  // A variadic function ignores arguments beyond those it is told of, so one call serves every count.
  const char *a[ASSAY_OV_MAX_ARGUMENTS] = {NULL};
  for (size_t i = 0; i < count; i++) a[i] = arguments[i];
  return ((compile_model)function)(core, model, device, count, compiled, EIGHT(0), EIGHT(8), EIGHT(16), EIGHT(24),
                                   EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56));
}
