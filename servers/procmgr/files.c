/* SPDX-License-Identifier: MIT */
/* Executables and the connections to their servers (files.h). */
#include <chcore/malloc.h>
#include <chcore/string.h>
#include <chcore/sync.h>
#include <chcore/syscall.h>
#include <proto/file.h>

#include "files.h"

#define POOL_SIZE   8u
#define HEADER_READ 4096u

static struct {
    struct mutex lock;
    /* Protected by lock: */
    struct {
        uint64_t server; /* id, 0: free place */
        struct peer peer;
    } idle[POOL_SIZE];
} pool;

/* The id of the token's server, 0 when the handle is no token. */
static uint64_t server_id(cap_t token)
{
    struct cap_info info = {0};

    return sys_cap_info(CAP_SELF, token, &info) == 0 && info.type == OBJ_TOKEN ? info.detail : 0;
}

long files_acquire(cap_t token, struct peer *peer)
{
    uint64_t server = server_id(token);
    bool found = false;

    if (server == 0) {
        return -EBADF;
    }
    mutex_lock(&pool.lock);
    for (unsigned i = 0; i < POOL_SIZE && !found; i++) {
        if (pool.idle[i].server == server) {
            *peer = pool.idle[i].peer;
            pool.idle[i].server = 0;
            found = true;
        }
    }
    mutex_unlock(&pool.lock);
    return found ? 0 : peer_open_token(peer, token);
}

void files_release(cap_t token, struct peer *peer, bool usable)
{
    uint64_t server = usable ? server_id(token) : 0;
    bool kept = false;

    if (server != 0) {
        mutex_lock(&pool.lock);
        for (unsigned i = 0; i < POOL_SIZE && !kept; i++) {
            if (pool.idle[i].server == 0) {
                pool.idle[i].server = server;
                pool.idle[i].peer = *peer;
                kept = true;
            }
        }
        mutex_unlock(&pool.lock);
    }
    if (!kept) {
        peer_close(peer);
    }
}

/* Bytes [offset, offset + n) of the file into to; fewer is -ENOEXEC. */
static long read_exactly(struct peer *peer, cap_t token, uint64_t offset, uint8_t *to, size_t n)
{
    struct ipc_msg msg = {.w = {0, n, offset}};
    long got = peer_call(peer, FILE_PREAD, token, &msg, NULL);

    if (got < 0) {
        return got;
    }
    if ((uint64_t)got < n) {
        return -ENOEXEC;
    }
    memcpy(to, peer->slot, n); /* once: the server could change it under us */
    return 0;
}

static long read_headers(struct peer *peer, cap_t token, uint64_t size, struct elf_image *image)
{
    uint8_t head[ELF_HEAD_SIZE];
    static const size_t most = ELF_MAX_HEADERS * ELF_PHENT_SIZE;
    uint64_t offset, length;

    if (size < ELF_HEAD_SIZE) {
        return -ENOEXEC;
    }
    /* One call brings the header and, nearly always, the program headers behind it. */
    size_t first = size < HEADER_READ ? size : HEADER_READ;
    uint8_t *bytes = malloc(HEADER_READ + most);
    if (!bytes) {
        return -ENOMEM;
    }
    long result = read_exactly(peer, token, 0, bytes, first);
    if (result == 0) {
        memcpy(head, bytes, sizeof(head));
        result = elf_headers_extent(head, sizeof(head), &offset, &length);
    }
    const uint8_t *headers = bytes + HEADER_READ;
    if (result == 0 && offset <= first && length <= first - offset) {
        headers = bytes + offset;
    } else if (result == 0) {
        result = read_exactly(peer, token, offset, bytes + HEADER_READ, length);
    }
    if (result == 0) {
        result = elf_parse(head, headers, size, image);
    }
    free(bytes);
    return result;
}

long program_open(cap_t token, struct program *program)
{
    struct ipc_msg msg = {.w = {0, VM_READ | VM_EXEC}};
    struct peer_caps caps = {.count = 0};
    struct peer peer;
    long result = files_acquire(token, &peer);

    if (result < 0) {
        return result;
    }
    program->pmo = CAP_NONE;
    result = peer_call(&peer, FILE_MMAP, token, &msg, &caps);
    if (result == 0) {
        program->pmo = caps.received;
        uint32_t mode = (uint32_t)msg.w[2];

        if (program->pmo == CAP_NONE || (mode & FILE_TYPE_MASK) != FILE_REGULAR || !(mode & 0111)) {
            result = -EACCES;
        } else {
            result = read_headers(&peer, token, msg.w[1], &program->image);
        }
    }
    files_release(token, &peer, result != -EPEERDEAD && result != -ETIMEDOUT);
    if (result < 0 && program->pmo != CAP_NONE) {
        sys_cap_drop(CAP_SELF, program->pmo);
    }
    return result == -ENODEV || result == -EISDIR ? -EACCES : result;
}
