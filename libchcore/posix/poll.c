/* SPDX-License-Identifier: MIT */
/*
 * Waiting for many descriptors: one wait_any over their tokens' signal bits, whose low bits are
 * those of poll(2). At most WAIT_MAX descriptors that can make one wait; files that are always
 * ready do not count.
 */
#include "state.h"

enum {
    POLLIN = 1,
    POLLPRI = 2,
    POLLOUT = 4,
    POLLERR = 8,
    POLLHUP = 0x10,
    POLLNVAL = 0x20,
    POLLRDNORM = 0x40,
    POLLWRNORM = 0x100
};
#define SAME(poll, token) _Static_assert((int)(poll) == (int)(token), "signal bits are poll's")
SAME(POLLIN, TOKEN_READABLE);
SAME(POLLPRI, TOKEN_PRIORITY);
SAME(POLLOUT, TOKEN_WRITABLE);
SAME(POLLERR, TOKEN_ERROR);
SAME(POLLHUP, TOKEN_HANGUP);

#define ALWAYS (POLLERR | POLLHUP)

struct waiting {
    struct wait_item item[WAIT_MAX];
    uint32_t poll[WAIT_MAX]; /* index of the item's pollfd */
    uint32_t count;
};

static uint32_t wanted_bits(int16_t events)
{
    uint32_t bits = (uint32_t)events & (POLLIN | POLLPRI | POLLOUT);

    if (events & POLLRDNORM) {
        bits |= POLLIN;
    }
    if (events & POLLWRNORM) {
        bits |= POLLOUT;
    }
    return bits;
}

static int16_t events_of(uint64_t bits, int16_t asked)
{
    uint32_t events = (uint32_t)bits & (POLLIN | POLLPRI | POLLOUT | ALWAYS);

    if (bits & TOKEN_PEER_CLOSED) {
        events |= POLLHUP;
    }
    if (events & POLLIN) {
        events |= POLLRDNORM;
    }
    if (events & POLLOUT) {
        events |= POLLWRNORM;
    }
    return (int16_t)(events & ((uint32_t)asked | ALWAYS));
}

/* Enter one descriptor: ready at once (1), or an item to wait for (0). */
static long add_descriptor(struct waiting *waiting, struct lx_pollfd *poll, uint32_t index)
{
    uint32_t mode, is;

    poll->revents = 0;
    if (poll->fd < 0) {
        return 0;
    }
    if (px_fd_kind(poll->fd, &mode, &is) < 0) {
        poll->revents = POLLNVAL;
        return 1;
    }
    if (is & FILE_IS_ALWAYS_READY) {
        poll->revents = events_of(POLLIN | POLLOUT, poll->events);
        return poll->revents != 0;
    }
    if (waiting->count == WAIT_MAX) {
        return -EINVAL;
    }
    waiting->poll[waiting->count] = index;
    waiting->item[waiting->count++] = (struct wait_item){
        .handle = (cap_t)poll->fd,
        .mask = wanted_bits(poll->events) | ALWAYS | TOKEN_PEER_CLOSED,
    };
    return 0;
}

/* -> how many items are ready; 0 after the deadline. */
static long wait_items(struct waiting *waiting, deadline_t deadline)
{
    if (waiting->count == 0) {
        long result =
            deadline == DEADLINE_POLL ? 0 : px_wait_call(SYS_sleep_until, deadline, 0, 0, 0, 0);
        return result == -ETIMEDOUT ? 0 : result;
    }
    long result =
        px_wait_call(SYS_wait_any, (uintptr_t)waiting->item, waiting->count, deadline, 0, 0);
    return result == -ETIMEDOUT ? 0 : result;
}

static long poll_until(struct lx_pollfd *fds, size_t n, deadline_t deadline)
{
    struct waiting waiting;
    long ready = 0;

    waiting.count = 0;
    for (size_t i = 0; i < n; i++) {
        long result = add_descriptor(&waiting, &fds[i], (uint32_t)i);
        if (result < 0) {
            return result;
        }
        ready += result;
    }
    if (ready > 0 && waiting.count == 0) {
        return ready;
    }
    long result = wait_items(&waiting, ready > 0 ? DEADLINE_POLL : deadline);
    if (result < 0) {
        return result;
    }
    for (uint32_t i = 0; result > 0 && i < waiting.count; i++) {
        struct lx_pollfd *poll = &fds[waiting.poll[i]];
        poll->revents = events_of(waiting.item[i].seen, poll->events);
        ready += poll->revents != 0;
    }
    return ready;
}

/* With a signal mask for the time of the wait. */
static long poll_masked(struct lx_pollfd *fds, size_t n, deadline_t deadline, const uint64_t *mask)
{
    uint64_t wanted;
    long result;

    if (mask && px_get(&wanted, mask, sizeof(wanted)) < 0) {
        return -EFAULT;
    }
    uint64_t old = mask ? px_set_mask(wanted) : 0;

    uint32_t before = chcore_self()->handlers_run;
    do {
        result = poll_until(fds, n, deadline);
    } while (result == -EINTR && px_wait_undisturbed(before));
    if (mask) {
        px_set_mask(old);
    }
    return result;
}

long px_ppoll(struct lx_pollfd *fds, size_t n, const struct lx_timespec *timeout,
              const uint64_t *mask)
{
    deadline_t deadline;

    if (n > LX_POLL_MAX) {
        return -EINVAL;
    }
    for (size_t i = 0; i < n; i++) { /* readable and writable from here on */
        struct lx_pollfd entry;
        if (px_get(&entry, &fds[i], sizeof(entry)) < 0 ||
            px_put(&fds[i], &entry, sizeof(entry)) < 0) {
            return -EFAULT;
        }
    }
    long result = px_deadline_relative(timeout, &deadline);
    return result < 0 ? result : poll_masked(fds, n, deadline, mask);
}

/* pselect's sets: readable, writable, exceptional; copies of the program's, empty where not asked.
 */
struct sets {
    uint64_t set[3][CAP_NOFILE / 64];
};

static const int16_t set_events[3] = {POLLIN, POLLOUT, POLLPRI};
static const int16_t set_results[3] = {POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI};

static bool in_set(const uint64_t *set, int fd)
{
    return set[fd / 64] >> fd % 64 & 1;
}

/* The sets as a list of descriptors -> how many; -EINVAL when too many. */
static long list_from_sets(const struct sets *sets, int n, struct lx_pollfd list[WAIT_MAX])
{
    uint32_t count = 0;

    for (int fd = 0; fd < n; fd++) {
        int16_t events = 0;
        for (unsigned i = 0; i < 3; i++) {
            events = (int16_t)(events | (in_set(sets->set[i], fd) ? set_events[i] : 0));
        }
        if (!events) {
            continue;
        }
        if (count == WAIT_MAX) {
            return -EINVAL;
        }
        list[count++] = (struct lx_pollfd){fd, events, 0};
    }
    return count;
}

/* -> how many bits are set in the answer. */
static long sets_from_list(struct sets *sets, const struct lx_pollfd *list, uint32_t count)
{
    long bits = 0;

    for (unsigned i = 0; i < 3; i++) {
        uint64_t *set = sets->set[i];
        for (uint32_t j = 0; j < count; j++) {
            if (!in_set(set, list[j].fd)) {
                continue;
            }
            if (list[j].revents & set_results[i]) {
                bits++;
            } else {
                set[list[j].fd / 64] &= ~(1ull << list[j].fd % 64);
            }
        }
    }
    return bits;
}

long px_pselect6(int n, uint64_t *readable, uint64_t *writable, uint64_t *except,
                 const struct lx_timespec *timeout, const uint64_t *mask)
{
    uint64_t *const given[3] = {readable, writable, except};
    size_t size = ((size_t)n + 63) / 64 * sizeof(uint64_t);
    struct sets sets = {0};
    struct lx_pollfd list[WAIT_MAX];
    uint64_t pair[2] = {0}; /* the last argument: address of the mask, its size */
    deadline_t deadline;

    if (n < 0 || n > (int)CAP_NOFILE) {
        return -EINVAL;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (given[i] && px_get(sets.set[i], given[i], size) < 0) {
            return -EFAULT;
        }
    }
    if (mask && px_get(pair, mask, sizeof(pair)) < 0) {
        return -EFAULT;
    }
    long count = list_from_sets(&sets, n, list);
    long result = count < 0 ? count : px_deadline_relative(timeout, &deadline);
    if (result != 0) {
        return result;
    }
    result = poll_masked(list, (size_t)count, deadline, (const uint64_t *)pair[0]);
    for (long i = 0; i < count && result > 0; i++) {
        if (list[i].revents & POLLNVAL) {
            return -EBADF;
        }
    }
    if (result < 0) {
        return result;
    }
    result = sets_from_list(&sets, list, (uint32_t)count);
    for (unsigned i = 0; i < 3; i++) {
        if (given[i] && px_put(given[i], sets.set[i], size) < 0) {
            return -EFAULT;
        }
    }
    return result;
}
