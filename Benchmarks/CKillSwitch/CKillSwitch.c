// Preloaded into a program, it kills the program just before the Nth system call that changes something below a folder. Children run
// without it.
//
//   KILL_BELOW=folder   calls on files below it count
//   KILL_AT=n           the call that does not happen; 0 never kills
//   KILL_COUNT=file     gets the number of calls, if the program ends by itself

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HIGHEST = 4096 };

static char below[4096];
static char count_path[4096];
static long kill_at;
static long count;
// Descriptors of files below the folder.
static char is_below[HIGHEST];

static void take(const char *name, char *value, size_t size) {
  const char *given = getenv(name);
  if (given != NULL) snprintf(value, size, "%s", given);
  unsetenv(name);
}

__attribute__((constructor)) static void begin(void) {
  char number[32] = "0";
  take("KILL_BELOW", below, sizeof below);
  take("KILL_COUNT", count_path, sizeof count_path);
  take("KILL_AT", number, sizeof number);
  kill_at = atol(number);
  unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void end(void) {
  if (count_path[0] == 0) return;
  FILE *file = fopen(count_path, "w");
  if (file == NULL) return;
  fprintf(file, "%ld\n", count);
  fclose(file);
}

static int leads_below(const char *path) {
  return below[0] != 0 && path != NULL && strncmp(path, below, strlen(below)) == 0;
}

static int holds(int descriptor) { return descriptor >= 0 && descriptor < HIGHEST && is_below[descriptor]; }

static void step(int counts) {
  if (!counts) return;
  if (__atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST) == kill_at) kill(getpid(), SIGKILL);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int opened(int descriptor, const char *path) {
  if (descriptor >= 0 && descriptor < HIGHEST) is_below[descriptor] = leads_below(path) != 0;
  return descriptor;
}

#define OPEN(name)                                                                                                     \
  int name(const char *path, int flags, ...) {                                                                         \
    va_list rest;                                                                                                      \
    va_start(rest, flags);                                                                                             \
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                                                        \
    va_end(rest);                                                                                                      \
    step(leads_below(path) && (flags & (O_CREAT | O_TRUNC)) != 0);                                                     \
    return opened(NEXT(name)(path, flags, mode), path);                                                                \
  }
OPEN(open)
OPEN(open64)

int close(int descriptor) {
  if (descriptor >= 0 && descriptor < HIGHEST) is_below[descriptor] = 0;
  return NEXT(close)(descriptor);
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
  step(holds(descriptor));
  return NEXT(write)(descriptor, bytes, size);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
  step(holds(descriptor));
  return NEXT(pwrite)(descriptor, bytes, size, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
  step(holds(descriptor));
  return NEXT(pwrite64)(descriptor, bytes, size, offset);
}

int fsync(int descriptor) {
  step(holds(descriptor));
  return NEXT(fsync)(descriptor);
}

int fdatasync(int descriptor) {
  step(holds(descriptor));
  return NEXT(fdatasync)(descriptor);
}

int ftruncate(int descriptor, off_t size) {
  step(holds(descriptor));
  return NEXT(ftruncate)(descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) {
  step(holds(descriptor));
  return NEXT(ftruncate64)(descriptor, size);
}

int rename(const char *from, const char *to) {
  step(leads_below(from));
  return NEXT(rename)(from, to);
}

int unlink(const char *path) {
  step(leads_below(path));
  return NEXT(unlink)(path);
}

int remove(const char *path) {
  step(leads_below(path));
  return NEXT(remove)(path);
}

int rmdir(const char *path) {
  step(leads_below(path));
  return NEXT(rmdir)(path);
}

int mkdir(const char *path, mode_t mode) {
  step(leads_below(path));
  return NEXT(mkdir)(path, mode);
}

int chmod(const char *path, mode_t mode) {
  step(leads_below(path));
  return NEXT(chmod)(path, mode);
}
