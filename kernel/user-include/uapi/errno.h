/* SPDX-License-Identifier: MIT */
/*
 * The one table of errors: name, value, sentence. Kernel and servers return the negative value.
 * Values up to 133 are those of the POSIX/Linux ABI for AArch64, so that libchcore passes them on
 * unchanged. Numbers are never reused.
 */
#pragma once

#define ERRNO_TABLE(X)                                                  \
    X(EPERM, 1, "operation not permitted")                              \
    X(ENOENT, 2, "no such file or directory")                           \
    X(ESRCH, 3, "no such process")                                      \
    X(EINTR, 4, "interrupted by an upcall")                             \
    X(EIO, 5, "input/output error")                                     \
    X(ENXIO, 6, "no such device or address")                            \
    X(E2BIG, 7, "argument list too long")                               \
    X(ENOEXEC, 8, "not an executable of this machine")                  \
    X(EBADF, 9, "bad handle or descriptor")                             \
    X(ECHILD, 10, "no child process")                                   \
    X(EAGAIN, 11, "not now: wait and ask again")                        \
    X(ENOMEM, 12, "out of memory or over the account's limit")          \
    X(EACCES, 13, "permission denied")                                  \
    X(EFAULT, 14, "bad user address")                                   \
    X(EBUSY, 16, "in use")                                              \
    X(EEXIST, 17, "exists already")                                     \
    X(EXDEV, 18, "belongs to another server or file system")            \
    X(ENODEV, 19, "no such device")                                     \
    X(ENOTDIR, 20, "not a directory")                                   \
    X(EISDIR, 21, "is a directory")                                     \
    X(EINVAL, 22, "invalid argument")                                   \
    X(ENFILE, 23, "too many open files in the system")                  \
    X(EMFILE, 24, "no free slot")                                       \
    X(ENOTTY, 25, "not a terminal")                                     \
    X(ETXTBSY, 26, "executable in use")                                 \
    X(EFBIG, 27, "file too large")                                      \
    X(ENOSPC, 28, "no space left")                                      \
    X(ESPIPE, 29, "not seekable")                                       \
    X(EROFS, 30, "read-only file system")                               \
    X(EMLINK, 31, "too many links")                                     \
    X(EPIPE, 32, "the other end is closed")                             \
    X(EDOM, 33, "argument outside the domain")                          \
    X(ERANGE, 34, "result out of range")                                \
    X(EDEADLK, 35, "would deadlock")                                    \
    X(ENAMETOOLONG, 36, "name too long")                                \
    X(ENOSYS, 38, "no such call")                                       \
    X(ENOTEMPTY, 39, "directory not empty")                             \
    X(ELOOP, 40, "too many symbolic links")                             \
    X(EOVERFLOW, 75, "value too large")                                 \
    X(EILSEQ, 84, "malformed message")                                  \
    X(ENOTSUP, 95, "not supported")                                     \
    X(ETIMEDOUT, 110, "deadline passed")                                \
    X(ECANCELED, 125, "cancelled: nobody waits for this call any more") \
    X(EPEERDEAD, 200, "the other side died")                            \
    X(EBADTYPE, 201, "handle names an object of another type")          \
    X(ENORIGHT, 202, "handle lacks the right")                          \
    X(ESTALE_HANDLE, 203, "handle was closed or revoked")

#define X(name, value, sentence) name = (value),
enum errno_value { ERRNO_TABLE(X) };
#undef X
