#define _GNU_SOURCE
#include "AssayConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock, from the kernel's uapi/linux/landlock.h: older headers lack half of it. The numbers are the same on all architectures.
enum { create_ruleset_call = 444, add_rule_call = 445, restrict_self_call = 446 };
enum { get_version = 1, path_beneath = 1 };

static const uint64_t fs_execute = 1 << 0, fs_write_file = 1 << 1, fs_read_file = 1 << 2, fs_read_dir = 1 << 3;
/// Making and removing of all kinds, version 1.
static const uint64_t fs_make_and_remove = 0x1ff0;
static const uint64_t fs_refer = 1 << 13, fs_truncate = 1 << 14, fs_ioctl_dev = 1 << 15;

struct ruleset {
  uint64_t fs, net, scoped;
};

struct path_rule {
  uint64_t allowed;
  int32_t parent;
} __attribute__((packed));

int assay_landlock_version(void) { return (int)syscall(create_ruleset_call, NULL, 0, get_version); }

/// All kinds of access to files that this kernel can deny.
static uint64_t handled_fs(int version) {
  uint64_t handled = fs_execute | fs_write_file | fs_read_file | fs_read_dir | fs_make_and_remove;
  if (version >= 2) handled |= fs_refer;
  if (version >= 3) handled |= fs_truncate;
  if (version >= 5) handled |= fs_ioctl_dev;
  return handled;
}

int assay_landlock_begin(void) {
  const int version = assay_landlock_version();
  if (version < 0) return -1;
  struct ruleset rules = {.fs = handled_fs(version)};
  // Binding and connecting; then abstract sockets and signals.
  if (version >= 4) rules.net = 3;
  if (version >= 6) rules.scoped = 3;
  const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  return (int)syscall(create_ruleset_call, &rules, size, 0);
}

int assay_landlock_allow(int rules, const char *path, enum assay_access access) {
  const int parent = open(path, O_PATH | O_CLOEXEC);
  if (parent < 0) return -1;
  uint64_t allowed = fs_read_file | fs_read_dir;
  if (access == assay_access_write) allowed |= fs_write_file | fs_make_and_remove | fs_refer | fs_truncate;
  if (access == assay_access_device) allowed |= fs_write_file | fs_ioctl_dev;
  struct stat status;
  const int is_folder = fstat(parent, &status) == 0 && S_ISDIR(status.st_mode);
  if (!is_folder) allowed &= fs_read_file | fs_write_file | fs_truncate | fs_ioctl_dev;
  struct path_rule rule = {.allowed = allowed & handled_fs(assay_landlock_version()), .parent = parent};
  const int result = (int)syscall(add_rule_call, rules, path_beneath, &rule, 0);
  const int saved = errno;
  close(parent);
  errno = saved;
  return result;
}

int assay_landlock_enforce(int rules) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(restrict_self_call, rules, 0);
}

int assay_drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
  return (int)syscall(SYS_capset, &header, none);
}

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef OWN_ARCHITECTURE

#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE_CALL(number, error) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), REFUSE(error)
#define DENY(number) REFUSE_CALL(number, EPERM)
// Numbers of calls that are newer than some headers, the same on all architectures.
enum {
  open_tree_call = 428, move_mount_call = 429, fsopen_call = 430, fspick_call = 433, clone3_call = 435, pidfd_getfd_call = 438,
  process_madvise_call = 440, mount_setattr_call = 442, pidfd_send_signal_call = 424, io_uring_setup_call = 425,
  fchmodat2_call = 452, setxattrat_call = 463, removexattrat_call = 466, open_tree_attr_call = 467, file_setattr_call = 469,
};

int assay_refuse_system_calls(void) {
  // Landlock guards signals from version 6 on. Before, only this process may get them.
  const uint32_t signalled = (uint32_t)getpid();
  const int guards_signals = assay_landlock_version() >= 6;
  struct sock_filter program[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0),
      REFUSE(EPERM),
      LOAD(nr),
#ifdef __x86_64__
      // The calls of the x32 ABI.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      REFUSE(EPERM),
#endif
      // The network and other processes' sockets. A pair of sockets stays possible.
      DENY(SYS_socket),
      // Asynchronous calls pass no filter; the C library expects kernels without them.
      REFUSE_CALL(io_uring_setup_call, ENOSYS),
      // Programs.
      DENY(SYS_execve), DENY(SYS_execveat),
      // Other processes.
      DENY(SYS_ptrace), DENY(SYS_process_vm_readv), DENY(SYS_process_vm_writev), DENY(SYS_kcmp), DENY(pidfd_getfd_call),
      DENY(pidfd_send_signal_call), DENY(process_madvise_call), DENY(SYS_rt_sigqueueinfo), DENY(SYS_rt_tgsigqueueinfo),
      DENY(SYS_mq_open),
      // The kernel.
      DENY(SYS_bpf), DENY(SYS_perf_event_open), DENY(SYS_userfaultfd), DENY(SYS_keyctl), DENY(SYS_add_key),
      DENY(SYS_request_key), DENY(SYS_init_module), DENY(SYS_finit_module), DENY(SYS_delete_module), DENY(SYS_kexec_load),
      DENY(SYS_reboot), DENY(SYS_swapon), DENY(SYS_swapoff), DENY(SYS_settimeofday), DENY(SYS_clock_settime),
      DENY(SYS_adjtimex), DENY(SYS_clock_adjtime), DENY(SYS_sethostname), DENY(SYS_setdomainname), DENY(SYS_syslog),
      DENY(SYS_acct), DENY(SYS_quotactl),
      // Other views of the file system.
      DENY(SYS_mount), DENY(SYS_umount2), DENY(SYS_pivot_root), DENY(SYS_chroot), DENY(SYS_setns), DENY(SYS_unshare),
      DENY(open_tree_call), DENY(open_tree_attr_call), DENY(move_mount_call), DENY(fsopen_call), DENY(fspick_call),
      DENY(mount_setattr_call), DENY(SYS_open_by_handle_at),
      // Changes of files that Landlock does not know, or not from version 1 on.
      DENY(SYS_truncate), DENY(SYS_fchmod), DENY(SYS_fchmodat), DENY(fchmodat2_call), DENY(SYS_fchown), DENY(SYS_fchownat),
      DENY(SYS_setxattr), DENY(SYS_lsetxattr), DENY(SYS_fsetxattr), DENY(setxattrat_call), DENY(SYS_removexattr),
      DENY(SYS_lremovexattr), DENY(SYS_fremovexattr), DENY(removexattrat_call), DENY(file_setattr_call), DENY(SYS_utimensat),
#ifdef __x86_64__
      DENY(SYS_chmod), DENY(SYS_chown), DENY(SYS_lchown), DENY(SYS_utime), DENY(SYS_utimes), DENY(SYS_futimesat),
#endif
      // Limits of other processes.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 4),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
      REFUSE(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      // Namespaces. The flags of clone3 are out of a filter's reach; the C library then calls clone.
      REFUSE_CALL(clone3_call, ENOSYS),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
          CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET, 0, 1),
      REFUSE(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      // Signals, unless Landlock guards them.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, guards_signals ? UINT32_MAX : SYS_kill, 0, 4),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, signalled, 1, 0),
      REFUSE(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  // Older kernels would slow down the whole process against speculation, which is no threat to it.
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter) == 0) return 0;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

#else

int assay_refuse_system_calls(void) {
  errno = ENOSYS;
  return -1;
}

#endif
