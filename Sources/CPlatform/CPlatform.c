#define _GNU_SOURCE
#include "CPlatform.h"

#include <sched.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

const char *assay_file_holding(const void *address) {
  Dl_info information;
  return dladdr(address, &information) != 0 ? information.dli_fname : NULL;
}

static int interrupt_pipe[2] = {-1, -1};

static void on_interrupt(int signal) {
  (void)signal;
  int saved = errno;
  // A full pipe already says what there is to say.
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
    // What nohup or a shell's background job has set to be ignored stays ignored.
    if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    sigaction(signals[i], &action, NULL);
  }
  return interrupt_pipe[0];
}

int assay_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int assay_compare_versions(const char *left, const char *right) {
  return strverscmp(left, right);
}

int assay_allowed_processors(void) {
  cpu_set_t set;
  // A machine of more than 1024 processors does not fit: then as many as are online.
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}
