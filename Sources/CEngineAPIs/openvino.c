#define _GNU_SOURCE
#include "openvino.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

// Passed by value or filled by the library: the layouts must be its own.
_Static_assert(sizeof(ov_shape_t) == 16 && offsetof(ov_shape_t, dims) == 8, "ov_shape_t");
_Static_assert(sizeof(ov_dimension_t) == 16 && offsetof(ov_dimension_t, max) == 8, "ov_dimension_t");
_Static_assert(sizeof(ov_partial_shape_t) == 24 && offsetof(ov_partial_shape_t, dims) == 16, "ov_partial_shape_t");
_Static_assert(sizeof(ov_version_t) == 16 && offsetof(ov_version_t, description) == 8, "ov_version_t");
_Static_assert(sizeof(ov_available_devices_t) == 16 && offsetof(ov_available_devices_t, size) == 8,
               "ov_available_devices_t");
_Static_assert(sizeof(ov_profiling_info_t) == 48 && offsetof(ov_profiling_info_t, node_name) == 24, "ov_profiling_info_t");
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

// `std::string` of libstdc++ since GCC 5: a pointer, a size, and 16 bytes that this uses for nothing, because the pointer leads
// elsewhere. `std::filesystem::path` is such a string and a pointer to its parts, whose lowest bits say what it is: 3 is the name
// of a file, without a folder.
typedef struct {
  const char *text;
  size_t size;
  char rest[16];
} cxx_string;

typedef struct {
  cxx_string text;
  uintptr_t parts;
} cxx_path;

enum { CXX_FILE_NAME = 3 };

// `std::string` before: a pointer behind a header of size, capacity and owners. Negative owners: a copy is made of the text.
typedef struct {
  size_t size, capacity;
  int owners, padding;
  char text[32];
} old_cxx_string;

typedef void (*serialize)(const void *model, const void *xml, const void *weights, int version);

static void fill(old_cxx_string *string, const char *text) {
  string->size = string->capacity = strlen(text);
  string->owners = -1;
  memcpy(string->text, text, string->size + 1);
}

static ov_status_e serialize_here(const ov_functions *functions, const ov_model_t *model, const char *xml,
                                  const char *weights) {
  // An `ov_model_t` is the `std::shared_ptr` alone. Version 0 stands for the newest.
  if (functions->serialize_to_paths != NULL) {
    cxx_path paths[2] = {{{xml, strlen(xml), {0}}, CXX_FILE_NAME}, {{weights, strlen(weights), {0}}, CXX_FILE_NAME}};
    ((serialize)functions->serialize_to_paths)(model, &paths[0], &paths[1], 0);
    return OV_STATUS_OK;
  }
  if (functions->serialize_to_strings == NULL) return OV_STATUS_INVALID_C_PARAM;
  old_cxx_string strings[2];
  fill(&strings[0], xml);
  fill(&strings[1], weights);
  const char *texts[2] = {strings[0].text, strings[1].text};
  ((serialize)functions->serialize_to_strings)(model, &texts[0], &texts[1], 0);
  return OV_STATUS_OK;
}

ov_status_e assay_ov_serialize(const ov_functions *functions, const ov_model_t *model, const char *folder) {
  // To return to; a sandbox may forbid to read it.
  int before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (before < 0) return OV_STATUS_INVALID_C_PARAM;
  ov_status_e status = OV_STATUS_INVALID_C_PARAM;
  if (chdir(folder) == 0) {
    status = serialize_here(functions, model, ASSAY_OV_RUNTIME_MODEL ".xml", ASSAY_OV_RUNTIME_MODEL ".bin");
    if (fchdir(before) != 0) status = OV_STATUS_INVALID_C_PARAM;
  }
  close(before);
  return status;
}
