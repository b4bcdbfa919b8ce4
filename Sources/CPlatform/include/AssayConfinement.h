// Rules that a process sets for itself and cannot lift again: Landlock for files, seccomp for system calls. Neither needs privileges.
#ifndef ASSAY_CONFINEMENT_H
#define ASSAY_CONFINEMENT_H

/// What may be done with a file or folder and all below it.
enum assay_access {
  assay_access_read,
  /// Also change, make and remove files.
  assay_access_write,
  /// Open a device to read, write and control.
  assay_access_device,
};

/// The version of Landlock that this kernel offers, from 1; or -1 with errno set: ENOSYS where it was built without, EOPNOTSUPP where it was
/// not enabled at boot.
int assay_landlock_version(void);

/// Rules that allow no access to files, no TCP and, from version 6 on, no signals to others. Returns a descriptor, or -1 with errno set.
int assay_landlock_begin(void);

/// Allows access to a path. Returns 0, or -1 with errno set.
int assay_landlock_allow(int rules, const char *_Nonnull path, enum assay_access access);

/// Applies the rules to this thread and those that it starts, and gives up the means to gain privileges. Returns 0, or -1 with errno set.
int assay_landlock_enforce(int rules);

/// Gives up what root may do beyond other users, such as reading the environment of every process. Returns 0, or -1 with errno set.
int assay_drop_capabilities(void);

/// Makes system calls fail with EPERM that a measurement does not need: sockets, programs, other processes, kernel interfaces, and changes of
/// files that Landlock does not know. Returns 0, or -1 with errno set.
int assay_refuse_system_calls(void);

#endif
