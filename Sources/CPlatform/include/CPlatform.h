// What Swift cannot say by itself: a clock read without overhead, ordered stores into shared memory, GNU extensions, SHA-256.
#ifndef ASSAY_CPLATFORM_H
#define ASSAY_CPLATFORM_H

#include <stdint.h>
#include <time.h>

#include "AssayConfinement.h"
#include "AssaySHA256.h"

/// Nanoseconds of a clock of the system. The call fails only for a clock that does not exist.
static inline uint64_t assay_clock_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/// Nanoseconds of CLOCK_MONOTONIC: it never jumps with the wall clock, and stands still while the machine is suspended.
static inline uint64_t assay_monotonic_ns(void) { return assay_clock_ns(CLOCK_MONOTONIC); }

/// Publishes a value to another process that maps the same memory: a reader of it sees everything that was stored before.
static inline void assay_store_release(uint64_t *_Nonnull address, uint64_t value) {
  __atomic_store_n(address, value, __ATOMIC_RELEASE);
}

/// Reads a value that another process publishes with `assay_store_release`.
static inline uint64_t assay_load_acquire(const uint64_t *_Nonnull address) {
  return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}

/// The file of the loaded library that holds an address, or NULL. (Swift does not import dladdr, a GNU extension.)
const char *_Nullable assay_file_holding(const void *_Nonnull address);

/// Makes SIGINT, SIGTERM and SIGHUP write a byte into a pipe instead of ending the process. Returns the end to read, or -1 with errno set.
int assay_catch_interrupts(void);

/// Makes the kernel keep the status of children that ended, also where this process was started with SIGCHLD ignored: their numbers
/// stay taken until they are waited for. Returns 0, or -1 with errno set.
int assay_keep_ended_children(void);

/// Makes processes below this one whose parent ends children of this one instead of init's (PR_SET_CHILD_SUBREAPER). Returns 0, or -1 with
/// errno set.
int assay_adopt_orphans(void);

/// Makes sleeps of this thread end on time: by default the kernel adds up to 50 µs, to wake several threads at once. (prctl is variadic.)
void assay_sleep_punctually(void);

/// Sleeps until a time of the monotonic clock, in ns, or until a signal.
///
/// During the sleep, the thread belongs to the processor at `place` of those that it may run on, from 0 on; to none of its own where there are
/// fewer, or with -1. (The macros of cpu_set_t do not come to Swift.)
void assay_sleep_until(uint64_t time, int place);

/// How often this thread has waited for a page from a disk. (RUSAGE_THREAD is a GNU extension.)
long assay_thread_page_reads(void);

/// A pipe whose ends no other program inherits. (Swift does not import pipe2, a GNU extension.) Returns 0, or -1 with errno set.
int assay_pipe(int ends[_Nonnull 2]);

/// A file in memory without a name in any folder, which no other program inherits. (Swift does not import memfd_create.) Returns a
/// descriptor, or -1 with errno set.
int assay_anonymous_file(const char *_Nonnull name);

/// Makes a program start in a folder. (Swift does not import posix_spawn_file_actions_addchdir_np, whose `actions` these are.) Returns an
/// error number, or 0.
int assay_spawn_in_folder(void *_Nonnull actions, const char *_Nonnull folder);

/// Orders names by the version numbers in them, `1.9` before `1.10`: below, at or above zero. (Swift does not import strverscmp.)
int assay_compare_versions(const char *_Nonnull left, const char *_Nonnull right);

/// Makes all threads allocate from one heap, where by default each reserves 64 MiB of address space. (Swift does not import malloc.h.)
void assay_share_heap(void);

/// Gives memory that was freed back to the system.
void assay_release_free_memory(void);

/// The number of processors that this process may run on. (sched_getaffinity is a GNU extension.)
int assay_allowed_processors(void);

#endif
