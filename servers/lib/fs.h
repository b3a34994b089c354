/* SPDX-License-Identifier: MIT */
/*
 * What every file server shares: path resolution, open descriptions and the methods of
 * proto/file.h over a table of operations. A file system embeds struct fs_node at the head of its
 * own node and fills in struct fs_ops.
 *
 * Locks: fs->lock guards names, links, attributes and the description table; it is held while the
 * operations marked "locked" run. Operations on content (read, write, truncate, mmap, ioctl, open)
 * run without it and bring a lock of their own, which is taken after fs->lock where both are.
 * A description's lock guards its offset and is taken before all others.
 */
#pragma once

#include <chcore/server.h>
#include <chcore/sync.h>
#include <proto/file.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fs;
struct fs_description;

struct fs_node {
    /* Constant: */
    uint64_t inode;
    uint64_t rdevice;
    /* Protected by fs->lock: */
    uint32_t mode; /* with the type, which is constant */
    uint32_t links;
    uint32_t uid, gid;
    uint32_t opens;         /* descriptions of it, and calls that use it unlocked */
    uint32_t covered_by;    /* mount id, 0 for none */
    struct fs_node *parent; /* of a directory; itself at the root; NULL once removed */
    /* Written under the content's own lock, read anywhere: */
    uint64_t size;
    int64_t access_ns, modify_ns, change_ns;
};

struct fs_dirent {
    uint64_t cookie; /* >= FS_FIRST_COOKIE, ascending in the directory, never reused */
    const char *name;
    size_t name_length;
    struct fs_node *node;
};
#define FS_FIRST_COOKIE 2u /* 0 and 1 are "." and ".." */

struct fs_name {
    const char *text; /* not terminated */
    size_t length;    /* 1 to FILE_NAME_MAX; no '/', no NUL; neither "." nor ".." */
};

/* Results are 0 or more, or -errno. NULL: the method is refused (-EROFS, -EINVAL or -ENOTTY). */
struct fs_ops {
    /* Locked: names. */
    struct fs_node *(*lookup)(struct fs *fs, struct fs_node *dir, struct fs_name name);
    /* A new node without a name. target: of a symbolic link, else empty. */
    long (*make)(struct fs *fs, uint32_t mode, struct fs_name target, struct fs_node **node);
    /* Entries of a directory; link counts, parents and times are the skeleton's affair. */
    long (*link)(struct fs *fs, struct fs_node *dir, struct fs_name name, struct fs_node *node);
    void (*unlink)(struct fs *fs, struct fs_node *dir, struct fs_name name);
    void (*replace)(struct fs *fs, struct fs_node *dir, struct fs_name name, struct fs_node *node);
    bool (*dir_empty)(struct fs *fs, struct fs_node *dir);
    /* 1 and the first entry with a cookie >= cursor, or 0. */
    int (*dir_next)(struct fs *fs, struct fs_node *dir, uint64_t cursor, struct fs_dirent *entry);
    struct fs_name (*readlink)(struct fs *fs, struct fs_node *node);
    /* No link and no description is left. */
    void (*release)(struct fs *fs, struct fs_node *node);

    /* Not locked: content. The buffers are the client's slot: read or write each byte once. */
    long (*read)(struct fs_description *d, uint64_t offset, void *buf, size_t n);
    /* *offset: where to write; set to the end first when append. */
    long (*write)(struct fs_description *d, uint64_t *offset, bool append, const void *buf,
                  size_t n);
    long (*truncate)(struct fs *fs, struct fs_node *node, uint64_t size);
    /* -> a pmo handle that the skeleton copies to the client and keeps. */
    long (*mmap)(struct fs *fs, struct fs_node *node, uint32_t vm_flags);
    /* data: FILE_IOCTL's, in and out; *length in and out. */
    long (*ioctl)(struct fs_description *d, uint64_t request, uint64_t arg, void *data,
                  uint64_t *length);
    uint64_t (*blocks)(struct fs *fs, struct fs_node *node); /* of 512 bytes */

    /* Not locked. What of enum file_is a node is. */
    uint32_t (*describe)(struct fs *fs, struct fs_node *node);
    /*
     * A description was made, or ends. open may put another server's token into the reply, with
     * FILE_IS_* in w[2], and return FS_OPENED_ELSEWHERE: then this description ends at once.
     */
    long (*open)(struct fs_description *d, struct server_request *request);
    void (*close)(struct fs_description *d);
    void (*statfs)(struct fs *fs, struct file_statfs *out);
    /* Methods beyond the file protocol; NULL: -ENOSYS. */
    long (*other)(struct fs *fs, struct server_request *request, void *slot);
};

#define FS_OPENED_ELSEWHERE 1

#define FS_CHUNK  128u
#define FS_CHUNKS 256u

struct fs_description {
    uint64_t badge; /* 0: free */
    uint32_t generation;
    uint32_t next_free; /* index + 1 */
    bool permanent;
    struct fs *fs;
    struct fs_node *node;
    uint32_t flags; /* FILE_O_*: access mode, APPEND, NONBLOCK, PATH */
    struct mutex lock;
    /* Protected by lock: */
    uint64_t offset;
    /* The file system's own: */
    uint64_t state;
    struct fs_description *next, *prev;
};

struct fs {
    const struct fs_ops *ops;
    uint64_t device; /* st_dev */
    struct fs_node *root;
    struct mutex lock;
    /* Protected by lock: */
    uint32_t mounted_as;
    uint32_t free_head;                      /* index + 1 of the first free description, 0: none */
    uint32_t made;                           /* descriptions in the chunks */
    struct fs_description *chunk[FS_CHUNKS]; /* set once, never freed */
};

/* fs_walk.c: going along a path. */
struct fs_walk {
    /* In: */
    char *path; /* FILE_PATH_MAX bytes, changed by symbolic links */
    size_t at, length;
    uint32_t links;   /* followed already */
    bool follow_last; /* a symbolic link at the end is followed */
    /* Out: */
    struct fs_node *dir;  /* of the last name */
    struct fs_name name;  /* the last one; length 0 when the path ended in ".", ".." or nothing */
    struct fs_node *node; /* NULL: no such name in dir */
    bool want_directory;  /* a slash at the end */
    enum file_redirect redirect;
    uint32_t redirect_mount; /* the remaining path is path[at..length) */
};

/* Locked. 0 or -errno; walk->redirect may say that the path goes on elsewhere. */
int fs_walk(struct fs *fs, struct fs_node *start, struct fs_walk *walk);

/* fs_description.c: what tokens stand for. Badges: index + 1 in the low 24 bits, generation above.
 */

/* Locked. A description of node, which it holds; NULL when there is no memory. */
struct fs_description *fs_describe(struct fs *fs, struct fs_node *node, uint32_t flags);
/* Locked. Ends it, and releases its node if it was the last user. */
void fs_forget(struct fs_description *d);
/* The description of that badge or NULL. No lock needed: the caller's token holds it. */
struct fs_description *fs_find(struct fs *fs, uint64_t badge);
/* Locked. One less user of a node. */
void fs_node_put(struct fs *fs, struct fs_node *node);

/* fs_call.c: the methods. */
void fs_init(struct fs *fs, const struct fs_ops *ops, uint64_t device);
/* A description that is never dropped: badges 1, 2, ... in order of the calls. For roots. */
struct fs_description *fs_add_permanent(struct fs *fs, struct fs_node *node, uint32_t flags);
long fs_call(struct fs *fs, struct server_request *request, void *slot);
void fs_dropped(struct fs *fs, uint64_t badge, enum drop_kind kind);

/* clock.c: nanoseconds since 1970, by the time page. */
int64_t clock_realtime_ns(void);
