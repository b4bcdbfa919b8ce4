// Counts the allocations of the whole process by standing in front of the C library's.
#ifndef ASSAY_CALLOCATIONCOUNTER_H
#define ASSAY_CALLOCATIONCOUNTER_H

#include <stdint.h>

/// Calls of malloc, calloc, realloc and the aligned allocators so far, by every thread.
uint64_t assay_allocation_count(void);

#endif
