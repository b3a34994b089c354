/* SPDX-License-Identifier: MIT */
/* The one door of the POSIX layer. */
#include "state.h"
#include "table.h"
#include <chcore/posix.h>

struct posix_state px;

/* Errors that Linux does not know become those by which a program can go on. */
static long linux_error(long result)
{
    switch (result) {
    case -EPEERDEAD:
        return -EIO;
    case -EBADTYPE:
    case -ESTALE_HANDLE:
        return -EBADF;
    case -ENORIGHT:
        return -EACCES;
    default:
        return result;
    }
}

/* NOLINTNEXTLINE(readability-function-size): a row each, by the table */
static long dispatch(long nr, long a0, long a1, long a2, long a3, long a4, long a5)
{
#define X(number, name, ...) \
    case number:             \
        return px_##name(__VA_ARGS__);
    switch (nr) {
        POSIX_TABLE(X)
    default:
        return -ENOSYS;
    }
#undef X
}

/* NOLINTNEXTLINE(readability-function-size): a system call has seven words */
long chcore_posix(long nr, long a0, long a1, long a2, long a3, long a4, long a5)
{
    long result = dispatch(nr, a0, a1, a2, a3, a4, a5);
    return result > -EPEERDEAD ? result : linux_error(result);
}

const char *chcore_posix_name(long nr)
{
#define X(number, name, ...) \
    case number:             \
        return #name;
    switch (nr) {
        POSIX_TABLE(X)
    default:
        return NULL;
    }
#undef X
}
