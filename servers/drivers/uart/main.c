/* SPDX-License-Identifier: MIT */
/*
 * The console: a PL011 driven by interrupts, a terminal on it (tty.c), and in `chbuild run` the
 * streams of one program (stream.c). start_info: arg[0] registers, arg[1] interrupt, arg[2]
 * notification by which procmgr learns of ^C. Badges: enum tty_badge.
 *
 * One lock, console.lock, guards all state. A read that finds nothing answers -EAGAIN; the
 * descriptions' signal bits say when to ask again.
 */
#include <chcore/print.h>
#include <chcore/start.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <chcore/thread.h>
#include <lib/fs.h>
#include <proto/devfs.h>
#include <proto/procmgr.h>

#include "pl011.h"
#include "stream.h"
#include "tty.h"

#define HANDLERS    4u
#define UART_DEVICE 3u
#define SEND_MAX    8192ul
#define WRITE_PART  512ul /* bytes of a write that are processed at a time */

static struct {
    struct mutex lock;
    /* Protected by lock: */
    struct pl011 uart;
    struct tty tty;
    struct stream_input input; /* of the program, when streams are on */
    bool streams;
    bool stalled; /* reception is off: the program does not read */
    uint8_t send[SEND_MAX];
    size_t send_first, send_count;
    bool readable[TTY_BADGE_LOG + 1]; /* by badge: the state of the signal bit */
    bool writable;
    struct fs_description *descriptions; /* open ones */
} console = {.writable = true};

static struct fs fs;
static struct fs_node nodes[TTY_BADGE_LOG]; /* badge - 1 */

static unsigned badge_of(const struct fs_node *node)
{
    return (unsigned)(node - nodes) + 1;
}

/* Sending. All with console.lock held. */

static size_t send_room(void)
{
    return SEND_MAX - console.send_count;
}

/* Feed the transmitter; an interrupt goes on when it has room again. */
static void send_drain(void)
{
    while (console.send_count > 0 && pl011_send(&console.uart, console.send[console.send_first])) {
        console.send_first = (console.send_first + 1) % SEND_MAX;
        console.send_count--;
    }
    pl011_interrupt_send(&console.uart, console.send_count > 0);
}

/* The caller has seen that there is room; what has none is lost (echo). */
static void send_bytes(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n && console.send_count < SEND_MAX; i++) {
        console.send[(console.send_first + console.send_count++) % SEND_MAX] = bytes[i];
    }
    send_drain();
}

static void echo(void *arg, const uint8_t *bytes, size_t n)
{
    (void)arg;
    send_bytes(bytes, n);
}

/* Text for people: through output processing, and escaped once streams share the line. */
static size_t send_text(const uint8_t *bytes, size_t n, size_t room)
{
    uint8_t out[2 * WRITE_PART];
    size_t produced, used;

    if (console.streams) {
        used = stream_burst(TTY_STREAM_LOG, bytes, n, out, room < sizeof(out) ? room : sizeof(out),
                            &produced);
    } else {
        used = tty_output(&console.tty, bytes, n, out, room < sizeof(out) ? room : sizeof(out),
                          &produced);
    }
    send_bytes(out, produced);
    return used;
}

static size_t send_stream(enum tty_stream stream, const uint8_t *bytes, size_t n, size_t room)
{
    uint8_t out[2 * WRITE_PART + 8];
    size_t produced;
    size_t used =
        stream_burst(stream, bytes, n, out, room < sizeof(out) ? room : sizeof(out), &produced);

    send_bytes(out, produced);
    return used;
}

/* Signal bits. */

static void signal_all(unsigned badge, uint32_t clear, uint32_t set)
{
    for (const struct fs_description *d = console.descriptions; d; d = d->next) {
        if (badge == 0 || badge_of(d->node) == badge) {
            sys_token_signal(server_handle(), d->badge, clear, set);
        }
    }
}

static bool is_readable(unsigned badge)
{
    switch (badge) {
    case TTY_BADGE_CONSOLE:
        return tty_readable(&console.tty);
    case TTY_BADGE_HOST_STDIN:
        return console.input.count > 0 || console.input.end;
    default:
        return false;
    }
}

/* Make the bits say what is so. */
static void update_bits(void)
{
    for (unsigned badge = TTY_BADGE_CONSOLE; badge <= TTY_BADGE_HOST_STDIN; badge++) {
        bool now = is_readable(badge);

        if (now != console.readable[badge]) {
            console.readable[badge] = now;
            signal_all(badge, now ? 0 : TOKEN_READABLE, now ? TOKEN_READABLE : 0);
        }
    }
    bool writable = send_room() >= 2 * WRITE_PART;
    if (writable != console.writable) {
        console.writable = writable;
        signal_all(0, writable ? 0 : TOKEN_WRITABLE, writable ? TOKEN_WRITABLE : 0);
    }
}

/* Receiving. */

/* All that has come; true when a key made a signal. */
static bool receive(void)
{
    bool signal = false;
    int byte;

    console.stalled = false;
    for (;;) {
        if (console.streams && console.input.count == STREAM_INPUT_MAX) {
            console.stalled = true;
            break;
        }
        byte = pl011_receive(&console.uart);
        if (byte < 0) {
            break;
        }
        if (console.streams) {
            stream_receive(&console.input, (uint8_t)byte);
        } else if (tty_input(&console.tty, (uint8_t)byte)) {
            signal = true;
        }
    }
    pl011_interrupt_receive(&console.uart, !console.stalled);
    return signal;
}

static void interrupt_run(void *arg)
{
    const struct start_info *start = chcore_start_info();
    cap_t irq = start->arg[1];

    (void)arg;
    mutex_lock(&console.lock);
    (void)receive(); /* what came before we listened, and whose interrupt has been cleared */
    update_bits();
    mutex_unlock(&console.lock);
    for (;;) {
        if (sys_wait(irq, 1, DEADLINE_NONE) < 0) {
            continue;
        }
        mutex_lock(&console.lock);
        pl011_clear_interrupts(&console.uart);
        bool signal = receive();
        send_drain();
        update_bits();
        mutex_unlock(&console.lock);
        if (signal) {
            sys_signal(start->arg[2], 1);
        }
        sys_irq_ack(irq);
    }
}

/* Operations. */

static long op_read(struct fs_description *d, uint64_t offset, void *buf, size_t n)
{
    unsigned badge = badge_of(d->node);
    long result = -EBADF;
    bool signal = false;

    (void)offset;
    mutex_lock(&console.lock);
    if (badge == TTY_BADGE_CONSOLE) {
        result = tty_read(&console.tty, buf, n);
    } else if (badge == TTY_BADGE_HOST_STDIN) {
        result = stream_read(&console.input, buf, n);
        if (console.stalled) {
            signal = receive();
        }
    }
    update_bits();
    mutex_unlock(&console.lock);
    if (signal) {
        sys_signal(chcore_start_info()->arg[2], 1);
    }
    return result;
}

/* One part of a write, copied out of the shared slot: bytes used, 0 when there is no room. */
static size_t write_part(unsigned badge, const uint8_t *bytes, size_t n)
{
    size_t room = send_room();

    if (room < 2 * WRITE_PART) {
        return 0; /* small pieces would be mostly escapes */
    }
    switch (badge) {
    case TTY_BADGE_HOST_STDOUT:
        return send_stream(TTY_STREAM_OUT, bytes, n, room);
    case TTY_BADGE_HOST_STDERR:
        return send_stream(TTY_STREAM_ERR, bytes, n, room);
    default:
        return send_text(bytes, n, room);
    }
}

static long op_write(struct fs_description *d, uint64_t *offset, bool append, const void *buf,
                     size_t n)
{
    unsigned badge = badge_of(d->node);
    uint8_t part[WRITE_PART];
    size_t done = 0;

    (void)offset;
    (void)append;
    if (badge == TTY_BADGE_HOST_STDIN) {
        return -EBADF;
    }
    mutex_lock(&console.lock);
    while (done < n) {
        size_t length = n - done < WRITE_PART ? n - done : WRITE_PART;

        memcpy(part, (const uint8_t *)buf + done, length);
        size_t used = write_part(badge, part, length);
        if (used == 0) {
            break;
        }
        done += used;
    }
    update_bits();
    mutex_unlock(&console.lock);
    return done == 0 && n > 0 ? -EAGAIN : (long)done;
}

/* The program's exit status, for the host. */
static long host_exit(uint64_t status)
{
    const uint8_t text[5] = {
        TTY_DLE,
        TTY_STREAM_EXIT,
        (uint8_t)('0' + status / 100),
        (uint8_t)('0' + status / 10 % 10),
        (uint8_t)('0' + status % 10),
    };

    if (status > 255) {
        return -EINVAL;
    }
    if (send_room() < sizeof(text)) {
        return -EAGAIN;
    }
    send_bytes(text, sizeof(text));
    return 0;
}

static long get(const void *value, size_t size, void *data, uint64_t *length)
{
    memcpy(data, value, size);
    *length = size;
    return 0;
}

static long set_termios(const void *data, uint64_t *length, bool flush)
{
    struct tty_termios termios;

    if (*length < sizeof(termios)) {
        return -EINVAL;
    }
    memcpy(&termios, data, sizeof(termios));
    *length = 0;
    if (flush) {
        tty_flush_input(&console.tty);
    }
    tty_set_termios(&console.tty, &termios);
    return 0;
}

static long set_value(void *to, size_t size, const void *data, uint64_t *length)
{
    if (*length < size) {
        return -EINVAL;
    }
    memcpy(to, data, size);
    *length = 0;
    return 0;
}

/* Locked; data is there. */
static long tty_request(uint64_t request, uint64_t arg, void *data, uint64_t *length)
{
    struct tty *tty = &console.tty;
    uint32_t count;

    switch (request) {
    case TTY_TCGETS:
        return get(&tty->termios, sizeof(tty->termios), data, length);
    case TTY_TCSETS:
    case TTY_TCSETSW:
    case TTY_TCSETSF:
        return set_termios(data, length, request == TTY_TCSETSF);
    case TTY_TCFLSH:
        if (arg != 1) {
            tty_flush_input(tty);
        }
        *length = 0;
        return 0;
    case TTY_TIOCSCTTY:
        *length = 0;
        return 0;
    case TTY_TIOCGPGRP:
        return get(&tty->foreground, sizeof(tty->foreground), data, length);
    case TTY_TIOCSPGRP:
        return set_value(&tty->foreground, sizeof(tty->foreground), data, length);
    case TTY_TIOCGWINSZ:
        return get(&tty->window, sizeof(tty->window), data, length);
    case TTY_TIOCSWINSZ:
        return set_value(&tty->window, sizeof(tty->window), data, length);
    case TTY_FIONREAD:
        count = (uint32_t)tty->input_count;
        return get(&count, sizeof(count), data, length);
    default:
        return -ENOTTY;
    }
}

static long op_ioctl(struct fs_description *d, uint64_t request, uint64_t arg, void *data,
                     uint64_t *length)
{
    unsigned badge = badge_of(d->node);
    long result = -ENOTTY;

    mutex_lock(&console.lock);
    if (badge == TTY_BADGE_CONSOLE) {
        result = data ? tty_request(request, arg, data, length) : -EINVAL;
    } else if (badge == TTY_BADGE_HOST_STDOUT && request == TTY_HOST_EXIT) {
        *length = 0;
        result = host_exit(arg);
    }
    update_bits();
    mutex_unlock(&console.lock);
    return result;
}

static uint32_t op_describe(struct fs *unused, struct fs_node *node)
{
    (void)unused;
    return badge_of(node) == TTY_BADGE_CONSOLE ? FILE_IS_TTY : 0;
}

static long op_open(struct fs_description *d, struct server_request *request)
{
    unsigned badge = badge_of(d->node);

    (void)request;
    mutex_lock(&console.lock);
    if (badge >= TTY_BADGE_HOST_STDIN && badge <= TTY_BADGE_HOST_STDERR && !console.streams) {
        console.streams = true;
        send_text((const uint8_t *)"", 0, send_room()); /* the first escape: we listen */
    }
    d->next = console.descriptions;
    d->prev = NULL;
    if (d->next) {
        d->next->prev = d;
    }
    console.descriptions = d;
    sys_token_signal(server_handle(), d->badge, 0,
                     (is_readable(badge) ? TOKEN_READABLE : 0) |
                         (console.writable ? TOKEN_WRITABLE : 0));
    mutex_unlock(&console.lock);
    return 0;
}

static void op_close(struct fs_description *d)
{
    mutex_lock(&console.lock);
    if (d->prev) {
        d->prev->next = d->next;
    } else if (console.descriptions == d) {
        console.descriptions = d->next;
    }
    if (d->next) {
        d->next->prev = d->prev;
    }
    mutex_unlock(&console.lock);
}

static void op_release(struct fs *unused, struct fs_node *node)
{
    (void)unused;
    (void)node;
}

/* procmgr fetches the signal that it was notified of. */
static long op_other(struct fs *unused, struct server_request *request, void *slot)
{
    (void)unused;
    (void)slot;
    if (msg_method(request->w[0]) != TTY_TAKE_SIGNAL) {
        return -ENOSYS;
    }
    if (principal_pid(request->principal) != PID_PROCMGR) {
        return -EPERM;
    }
    mutex_lock(&console.lock);
    long signal = console.tty.signal;
    console.tty.signal = 0;
    request->w[1] = console.tty.foreground;
    mutex_unlock(&console.lock);
    return signal;
}

static const struct fs_ops ops = {
    .release = op_release,
    .read = op_read,
    .write = op_write,
    .ioctl = op_ioctl,
    .describe = op_describe,
    .open = op_open,
    .close = op_close,
    .other = op_other,
};

static void make_nodes(void)
{
    static const uint64_t number[TTY_BADGE_LOG] = {DEV_CONSOLE, DEV_HOST, DEV_HOST + 1,
                                                   DEV_HOST + 2, DEV_CONSOLE};
    int64_t now = clock_realtime_ns();

    for (unsigned i = 0; i < TTY_BADGE_LOG; i++) {
        nodes[i] = (struct fs_node){
            .inode = i + 1,
            .rdevice = number[i],
            .mode = FILE_CHARACTER | 0620,
            .links = 1,
            .access_ns = now,
            .modify_ns = now,
            .change_ns = now,
        };
        if (!fs_add_permanent(&fs, &nodes[i], FILE_O_RDWR)) {
            panic("no memory\n");
        }
    }
}

static long call(struct server_request *request, void *slot)
{
    return fs_call(&fs, request, slot);
}

static void dropped(uint64_t badge, enum drop_kind kind)
{
    fs_dropped(&fs, badge, kind);
}

int main(int argc, char **argv, char **envp)
{
    static const struct server_ops server = {.call = call, .dropped = dropped};

    (void)argc;
    (void)argv;
    (void)envp;
    fs_init(&fs, &ops, UART_DEVICE);
    make_nodes();
    tty_init(&console.tty, echo, NULL);
    pl011_init(&console.uart, chcore_start_info()->arg[0]);
    if (server_thread_start("interrupt", interrupt_run, NULL) < 0) {
        panic("no thread for the interrupt\n");
    }
    server_run(&server, HANDLERS);
}
