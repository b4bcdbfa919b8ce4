// What Swift cannot say by itself: one clock read without overhead, ordered stores into shared memory.
#ifndef ASSAY_CPLATFORM_H
#define ASSAY_CPLATFORM_H

#include <stdint.h>
#include <time.h>

/// Nanoseconds of CLOCK_MONOTONIC: it never jumps with the wall clock, and stands still while the machine is suspended.
static inline uint64_t assay_monotonic_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/// Publishes a value to another process that maps the same memory: everything stored before it is visible to whoever sees it.
static inline void assay_store_release(uint64_t *_Nonnull address, uint64_t value) {
  __atomic_store_n(address, value, __ATOMIC_RELEASE);
}

/// Reads a value that another process publishes with `assay_store_release`.
static inline uint64_t assay_load_acquire(const uint64_t *_Nonnull address) {
  return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}

/// The file of the loaded library that holds an address, or NULL. (dladdr is a GNU extension that Swift does not import.)
const char *_Nullable assay_file_holding(const void *_Nonnull address);

/// Makes SIGINT, SIGTERM and SIGHUP write a byte into a pipe instead of ending the process, and returns the end to read, or -1.
int assay_catch_interrupts(void);

/// A pipe whose ends no other program inherits. (pipe2 is a GNU extension that Swift does not import.) Returns 0, or -1 with errno set.
int assay_pipe(int ends[_Nonnull 2]);

/// Orders names by the version numbers in them, `1.9` before `1.10`: below, at or above zero. (strverscmp is a GNU extension too.)
int assay_compare_versions(const char *_Nonnull left, const char *_Nonnull right);

/// The number of processors that this process may run on. (sched_getaffinity is a GNU extension.)
int assay_allowed_processors(void);

#endif
