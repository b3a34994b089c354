/* SPDX-License-Identifier: MIT */
/*
 * The file protocol: what the server of every descriptor speaks. The call's token is the open
 * description (of a file, a directory, a device) that the method works on.
 *
 * Paths. A path method takes a start directory as its token and a path in the slot, length in a
 * word, without a final NUL. An empty path means the token's own file (so STAT with it is fstat,
 * CHMOD fchmod, OPEN a second description of the same file). ONE call goes as far as it can: it
 * follows symbolic links (FILE_SYMLINK_MAX) until done or until the path leaves this file system.
 * Then the reply is a redirect: word 0 is an enum file_redirect (> 0; 0 means done), w1 a mount id,
 * w2 the length of the remaining path, which lies where the path lay; the client asks fsm for the
 * token and goes on there: FILE_REDIRECT_MOUNT  go on at the root of mount w1 (FSM_MOUNT_ROOT)
 *   FILE_REDIRECT_ROOT   an absolute symbolic link: go on at the process's root directory
 *   FILE_REDIRECT_UP     ".." at the root of mount w1: go on at the directory it covers, with the
 *                        remaining path, which still begins with ".."         (FSM_MOUNT_POINT)
 * w3 of a redirect counts the links followed so far; the client passes the sum on in w7 of the next
 * call, so that the limit holds for the whole path. An absolute path is sent from its first
 * character that is not '/', with the root directory as the token. A remaining path may be empty.
 *
 * Methods with two paths (RENAME, LINK): the second one lies at FILE_PATH2 in the slot; in a
 * redirect w4 is 0 when the first path left the file system and 1 when the second did. w6 is 1 when
 * the second path starts at the same directory as the first, else capability 0 is its start
 * directory.
 *
 * Flags, modes and whence values are those of Linux for AArch64. Times are nanoseconds since 1970.
 */
#pragma once

#include <proto/message.h>

#define FILE_PATH_MAX    4096u /* with the NUL that is not sent: the longest path has 4095 bytes */
#define FILE_NAME_MAX    255u
#define FILE_PATH2       8192u /* where the second path (or a link's target) lies in the slot */
#define FILE_SYMLINK_MAX 40u
#define FILE_IO_MAX      MSG_SLOT_SIZE /* bytes that one READ or WRITE moves at most */

/* X(number, name, arguments, buffer, capabilities, errors, idempotent) */
#define FILE_METHODS(X)                                                                            \
    X(0x101, FILE_OPEN,                                                                            \
      "w1 path length, w2 FILE_O_*, w3 mode (umask applied) -> w1 mode with type, w2 FILE_IS_*",   \
      "path -> remaining path", "out: cap 0 the new description's token",                          \
      "ENOENT ENOTDIR EISDIR EEXIST EACCES ELOOP ENAMETOOLONG ENOSPC ENOMEM EROFS ENXIO", 0)       \
    X(0x102, FILE_READ,                                                                            \
      "w1 bytes, at most FILE_IO_MAX -> w0 bytes; -EAGAIN: wait for TOKEN_READABLE", "-> data",    \
      "", "EBADF EISDIR EAGAIN EINVAL EIO", 0)                                                     \
    X(0x103, FILE_WRITE,                                                                           \
      "w1 bytes, at most FILE_IO_MAX -> w0 bytes; -EAGAIN: wait for TOKEN_WRITABLE", "data ->",    \
      "", "EBADF EAGAIN EINVAL ENOSPC EFBIG EIO", 0)                                               \
    X(0x104, FILE_PREAD, "w1 bytes, w2 offset -> w0 bytes", "-> data", "",                         \
      "EBADF EISDIR ESPIPE EINVAL EIO", 1)                                                         \
    X(0x105, FILE_PWRITE, "w1 bytes, w2 offset -> w0 bytes", "data ->", "",                        \
      "EBADF ESPIPE EINVAL ENOSPC EFBIG EIO", 1)                                                   \
    X(0x106, FILE_LSEEK, "w1 offset, w2 whence -> w0 new offset", "none", "",                      \
      "ESPIPE EINVAL EOVERFLOW ENXIO", 0)                                                          \
    X(0x107, FILE_STAT, "w1 path length, w2 FILE_AT_SYMLINK_NOFOLLOW or 0",                        \
      "path -> struct file_stat", "", "ENOENT ENOTDIR ELOOP ENAMETOOLONG", 1)                      \
    X(0x108, FILE_TRUNCATE, "w1 size", "none", "", "EBADF EINVAL EFBIG ENOSPC", 1)                 \
    X(0x109, FILE_GETDENTS, "w1 bytes -> w0 bytes, 0 at the end", "-> struct file_dirent, packed", \
      "", "ENOTDIR EINVAL", 0)                                                                     \
    X(0x10a, FILE_MKDIR, "w1 path length, w2 mode (umask applied)", "path -> remaining path", "",  \
      "EEXIST ENOENT ENOTDIR ENOSPC ELOOP ENAMETOOLONG EROFS", 0)                                  \
    X(0x10b, FILE_UNLINK, "w1 path length, w2 FILE_AT_REMOVEDIR or 0", "path -> remaining path",   \
      "", "ENOENT ENOTDIR EISDIR ENOTEMPTY EBUSY EPERM EROFS", 0)                                  \
    X(0x10c, FILE_RENAME,                                                                          \
      "w1 old length, w2 new length, w3 0 or FILE_RENAME_NOREPLACE, w6 same start",                \
      "old path, new path at FILE_PATH2", "in: cap 0 start of the new path",                       \
      "ENOENT EEXIST EXDEV EINVAL ENOTDIR EISDIR ENOTEMPTY EBUSY ENOSPC", 0)                       \
    X(0x10d, FILE_LINK,                                                                            \
      "w1 old length, w2 new length, w3 FILE_AT_SYMLINK_FOLLOW or 0, w6 same start",               \
      "old path, new path at FILE_PATH2", "in: cap 0 start of the new path",                       \
      "ENOENT EEXIST EXDEV EPERM EMLINK ENOSPC", 0)                                                \
    X(0x10e, FILE_SYMLINK, "w1 length of the link's path, w2 length of the target",                \
      "path, target at FILE_PATH2", "", "EEXIST ENOENT ENOSPC ENAMETOOLONG", 0)                    \
    X(0x10f, FILE_READLINK, "w1 path length -> w1 length of the target, w0 0 or a redirect",       \
      "path -> target", "", "ENOENT EINVAL", 1)                                                    \
    X(0x110, FILE_CHMOD, "w1 path length, w2 mode, w3 FILE_AT_SYMLINK_NOFOLLOW or 0", "path", "",  \
      "ENOENT EPERM EROFS", 1)                                                                     \
    X(0x111, FILE_CHOWN,                                                                           \
      "w1 path length, w2 uid, w3 gid (UINT32_MAX: keep), w4 FILE_AT_SYMLINK_NOFOLLOW or 0",       \
      "path", "", "ENOENT EPERM EROFS", 1)                                                         \
    X(0x112, FILE_UTIMENS,                                                                         \
      "w1 path length, w2 access time, w3 modification time (or FILE_TIME_*), w4 as w3 of CHMOD",  \
      "path", "", "ENOENT EPERM EROFS", 1)                                                         \
    X(0x113, FILE_MMAP,                                                                            \
      "w1 VM_READ | VM_WRITE | VM_EXEC wanted for a shared mapping -> w1 size of the file in "     \
      "bytes, w2 mode",                                                                            \
      "none", "out: cap 0 pmo with those rights (and copy)", "EACCES ENODEV ENOMEM", 1)            \
    X(0x114, FILE_IOCTL,                                                                           \
      "w1 request, w2 argument word, w3 bytes of argument data -> w0 result, w1 bytes of data",    \
      "data -> data", "", "ENOTTY EINVAL", 0)                                                      \
    X(0x115, FILE_SYNC, "", "none", "", "EIO", 1)                                                  \
    X(0x116, FILE_STATFS, "w1 path length", "path -> struct file_statfs", "", "ENOENT", 1)         \
    X(0x117, FILE_DESCRIBE, "-> w1 mode with type, w2 FILE_IS_*, w3 FILE_O_* status flags",        \
      "none", "", "EBADF", 1)                                                                      \
    X(0x118, FILE_SET_FLAGS, "w1 FILE_O_APPEND | FILE_O_NONBLOCK", "none", "", "EBADF EINVAL", 1)  \
    X(0x119, FILE_MARK_MOUNT, "fsm only: the directory is covered by mount w1 (0: uncovered)",     \
      "none", "", "EPERM ENOTDIR EBUSY", 1)                                                        \
    X(0x11a, FILE_SET_MOUNTED,                                                                     \
      "fsm only: this file system's root is mounted as w1 (0: unmounted)", "none", "",             \
      "EPERM EBUSY", 1)

enum file_method {
#define X(nr, name, args, buffer, caps, errors, idem) name = (nr),
    FILE_METHODS(X)
#undef X
};

enum file_redirect {
    FILE_DONE = 0,
    FILE_REDIRECT_MOUNT = 1,
    FILE_REDIRECT_ROOT = 2,
    FILE_REDIRECT_UP = 3,
};

/* What a description is, for libchcore. */
enum file_is {
    FILE_IS_SEEKABLE = 1,
    FILE_IS_TTY = 2,
    FILE_IS_ALWAYS_READY = 4, /* never -EAGAIN; its token has no signal bits for poll */
    FILE_IS_MAPPABLE = 8,
    FILE_IS_ELSEWHERE = 16, /* OPEN only: the token is another server's (a device's driver) */
};

/* open(2), as on Linux for AArch64. The server keeps access mode, APPEND, NONBLOCK and PATH. */
enum file_open_flag {
    FILE_O_RDONLY = 0,
    FILE_O_WRONLY = 1,
    FILE_O_RDWR = 2,
    FILE_O_ACCMODE = 3,
    FILE_O_CREAT = 0100,
    FILE_O_EXCL = 0200,
    FILE_O_NOCTTY = 0400,
    FILE_O_TRUNC = 01000,
    FILE_O_APPEND = 02000,
    FILE_O_NONBLOCK = 04000,
    FILE_O_SYNC = 04010000,
    FILE_O_DIRECTORY = 040000,
    FILE_O_NOFOLLOW = 0100000,
    FILE_O_LARGEFILE = 0400000,
    FILE_O_CLOEXEC = 02000000, /* the client's affair: a slot flag */
    FILE_O_PATH = 010000000,
};

enum file_at_flag {
    FILE_AT_SYMLINK_NOFOLLOW = 0x100,
    FILE_AT_REMOVEDIR = 0x200,
    FILE_AT_SYMLINK_FOLLOW = 0x400,
};
enum file_rename_flag { FILE_RENAME_NOREPLACE = 1 };

#define FILE_TIME_NOW  (-1) /* for UTIMENS */
#define FILE_TIME_OMIT (-2)

enum file_whence { FILE_SEEK_SET, FILE_SEEK_CUR, FILE_SEEK_END, FILE_SEEK_DATA, FILE_SEEK_HOLE };

enum file_type {
    FILE_TYPE_MASK = 0170000,
    FILE_FIFO = 0010000,
    FILE_CHARACTER = 0020000,
    FILE_DIRECTORY = 0040000,
    FILE_BLOCK = 0060000,
    FILE_REGULAR = 0100000,
    FILE_SYMLINK_TYPE = 0120000,
    FILE_SOCKET = 0140000,
};

struct file_stat {
    uint64_t device; /* unique for each file server */
    uint64_t inode;
    uint64_t rdevice;
    uint64_t size;
    uint64_t blocks; /* of 512 bytes */
    int64_t access_ns, modify_ns, change_ns;
    uint32_t mode;
    uint32_t links;
    uint32_t uid;
    uint32_t gid;
    uint32_t block_size;
    uint32_t reserved;
};
_Static_assert(sizeof(struct file_stat) == 88, "ABI");

/* As getdents64(2) has it: a record is `length` bytes, a multiple of 8; the name ends with a NUL.
 */
struct file_dirent {
    uint64_t inode;
    uint64_t next; /* cursor of the next entry, for LSEEK */
    uint16_t length;
    uint8_t type; /* file_type >> 12 */
    char name[];
};
#define FILE_DIRENT_HEAD 19u /* bytes before the name */

struct file_statfs {
    uint64_t type, block_size, blocks, blocks_free, files, files_free, id, name_max;
};
_Static_assert(sizeof(struct file_statfs) == 64, "ABI");
