#define _GNU_SOURCE
#include "CPlatform.h"

#include <sched.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

const char *assay_file_holding(const void *address) {
  Dl_info information;
  return dladdr(address, &information) != 0 ? information.dli_fname : NULL;
}

static int interrupt_pipe[2] = {-1, -1};

static void on_interrupt(int signal) {
  (void)signal;
  int saved = errno;
  // A full pipe already wakes its reader.
  ssize_t ignored = write(interrupt_pipe[1], "", 1);
  (void)ignored;
  errno = saved;
}

int assay_catch_interrupts(void) {
  if (interrupt_pipe[0] >= 0) return interrupt_pipe[0];
  if (pipe2(interrupt_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    struct sigaction old;
    // nohup and background jobs of a shell ignore some of them; that stays so.
    if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    if (sigaction(signals[i], &action, NULL) != 0) return -1;
  }
  return interrupt_pipe[0];
}

int assay_keep_ended_children(void) {
  struct sigaction current;
  if (sigaction(SIGCHLD, NULL, &current) != 0) return -1;
  if (current.sa_handler != SIG_IGN && !(current.sa_flags & SA_NOCLDWAIT)) return 0;
  struct sigaction plain = {.sa_handler = SIG_DFL};
  sigemptyset(&plain.sa_mask);
  return sigaction(SIGCHLD, &plain, NULL);
}

int assay_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

void assay_sleep_punctually(void) { prctl(PR_SET_TIMERSLACK, 1); }

void assay_sleep_until(uint64_t time, int place) {
  struct timespec end = {.tv_sec = (time_t)(time / 1000000000), .tv_nsec = (long)(time % 1000000000)};
  cpu_set_t allowed;
  const int moves = place >= 0 && sched_getaffinity(0, sizeof allowed, &allowed) == 0 && place < CPU_COUNT(&allowed);
  if (moves) {
    int processor = -1;
    for (int found = -1; found < place;) found += CPU_ISSET(++processor, &allowed) != 0;
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(processor, &own);
    sched_setaffinity(0, sizeof own, &own);
  }
  // A signal may end it early.
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
  if (moves) sched_setaffinity(0, sizeof allowed, &allowed);
}

long assay_thread_page_reads(void) {
  struct rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_majflt : 0;
}

int assay_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int assay_anonymous_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int assay_spawn_in_folder(void *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int assay_compare_versions(const char *left, const char *right) {
  return strverscmp(left, right);
}

int assay_allowed_processors(void) {
  cpu_set_t set;
  // A machine of more than 1024 processors does not fit: then as many as are online.
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

void assay_share_heap(void) { mallopt(M_ARENA_MAX, 1); }

void assay_release_free_memory(void) { malloc_trim(0); }
