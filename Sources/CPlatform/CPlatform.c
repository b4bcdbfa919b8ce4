#define _GNU_SOURCE
#include "CPlatform.h"

#include <dlfcn.h>
#include <stddef.h>

const char *assay_file_holding(const void *address) {
  Dl_info information;
  return dladdr(address, &information) != 0 ? information.dli_fname : NULL;
}
