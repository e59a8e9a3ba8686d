/* Faults at the n-th write below one folder, for whatever the process writes with. Loaded before the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL = 1, TORN, FULL, ERROR, READONLY };
enum { WRITE = 1, SYNC, SIZE, NAME, REMOVE, CREATE };

static char below[4096];
static size_t length;
static long at;
static int how;
static atomic_long steps;

/* Only what is written below `folder` counts; step 0 counts without a fault. */
void fault_arm(const char *folder, long step, int kind) {
  length = strlen(folder);
  memcpy(below, folder, length + 1);
  at = step;
  how = kind;
  atomic_store(&steps, 0);
}

long fault_steps(void) { return atomic_load(&steps); }

static int named(const char *path) {
  char whole[8192];
  if (!length || !path) return 0;
  if (path[0] == '/') return !strncmp(path, below, length);
  if (!getcwd(whole, 4096)) return 0;
  return !strncmp(strncat(strcat(whole, "/"), path, 4000), below, length);
}

static int opened(int file) {
  char link[64], path[4096];
  if (!length) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return named(path);
}

/* Counts a step. 0: go on. -1: fail, errno says why. 1: write half and die. */
static int step(int what) {
  long now = atomic_fetch_add(&steps, 1) + 1;
  if (!at || now < at) return 0;
  if (how == KILL || how == TORN) {
    if (now != at) return 0;
    if (how == TORN && what == WRITE) return 1;
    kill(getpid(), SIGKILL);
  }
  if (how == FULL && (what == WRITE || what == SIZE || what == CREATE)) { errno = ENOSPC; return -1; }
  if (how == ERROR && now == at && what != REMOVE) { errno = EIO; return -1; }
  if (how == READONLY && what != SYNC) { errno = EROFS; return -1; }
  return 0;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRITES(file, half) \
  if (opened(file)) { int told = step(WRITE); if (told < 0) return -1; if (told) { half; kill(getpid(), SIGKILL); } }

ssize_t write(int file, const void *from, size_t size) {
  REAL(write);
  WRITES(file, real(file, from, size / 2))
  return real(file, from, size);
}

ssize_t pwrite(int file, const void *from, size_t size, off_t place) {
  REAL(pwrite);
  WRITES(file, real(file, from, size / 2, place))
  return real(file, from, size, place);
}

ssize_t pwrite64(int file, const void *from, size_t size, off64_t place) {
  REAL(pwrite64);
  WRITES(file, real(file, from, size / 2, place))
  return real(file, from, size, place);
}

ssize_t writev(int file, const struct iovec *from, int count) {
  REAL(writev);
  WRITES(file, real(file, from, count / 2))
  return real(file, from, count);
}

ssize_t sendfile(int to, int from, off_t *place, size_t size) {
  static ssize_t (*real)(int, int, off_t *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "sendfile");
  WRITES(to, real(to, from, place, size / 2))
  return real(to, from, place, size);
}

#define FILE_STEP(name, what, ...) \
  REAL(name); \
  if (opened(file) && step(what) < 0) return -1; \
  return real(__VA_ARGS__);

int fsync(int file) { FILE_STEP(fsync, SYNC, file) }
int fdatasync(int file) { FILE_STEP(fdatasync, SYNC, file) }
int ftruncate(int file, off_t size) { FILE_STEP(ftruncate, SIZE, file, size) }
int ftruncate64(int file, off64_t size) { FILE_STEP(ftruncate64, SIZE, file, size) }

#define PATH_STEP(name, what, path, ...) \
  REAL(name); \
  if (named(path) && step(what) < 0) return -1; \
  return real(__VA_ARGS__);

int rename(const char *old, const char *new) { PATH_STEP(rename, NAME, new, old, new) }
int unlink(const char *path) { PATH_STEP(unlink, REMOVE, path, path) }
int mkdir(const char *path, mode_t mode) { PATH_STEP(mkdir, CREATE, path, path, mode) }

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    if ((flags & (O_CREAT | O_TRUNC)) && named(path) && step(CREATE) < 0) return -1; \
    return real(path, flags, mode); \
  }

OPENS(open)
OPENS(open64)
