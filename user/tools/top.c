/* SPDX-License-Identifier: MIT */
/*
 * top [-d seconds] [-n times]: which processes use the CPUs, again and again; q ends it. Without a
 * terminal it prints once unless -n says otherwise.
 */
#include <errno.h>
#include <inttypes.h>
#include <lib/processes.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { DEFAULT_ROWS = 24, HEADER_ROWS = 4, PAUSE_S = 2 };

struct sample {
    struct system_info system;
    struct process_list list;
};

/* A process and the ticks that it used since the sample before. */
struct usage {
    const struct proc_info *process;
    uint64_t ticks;
};

static struct termios settings;

static void sample_take(struct sample *sample)
{
    system_check(chcore_system_info(&sample->system), "system");
    process_list_read(&sample->list);
}

static uint64_t ticks_before(const struct sample *before, const struct proc_info *process)
{
    for (size_t i = 0; i < before->list.count; i++) {
        const struct proc_info *old = &before->list.process[i];
        if (old->pid == process->pid && old->start_ticks == process->start_ticks) {
            return old->cpu_ticks;
        }
    }
    return 0;
}

static int compare_usage(const void *left, const void *right)
{
    const struct usage *a = left;
    const struct usage *b = right;

    if (a->ticks != b->ticks) {
        return a->ticks < b->ticks ? 1 : -1;
    }
    return (a->process->pid > b->process->pid) - (a->process->pid < b->process->pid);
}

/* Tenths of a percent. */
static unsigned permille(uint64_t part, uint64_t whole)
{
    uint64_t value = whole != 0 ? part * 1000 / whole : 0;
    return value < 1000 ? (unsigned)value : 1000;
}

static void print_header(const struct sample *before, const struct sample *now, uint64_t elapsed)
{
    const struct system_info *system = &now->system;
    uint64_t idle = system->idle_ticks - before->system.idle_ticks;
    unsigned busy = 1000 - permille(idle, elapsed * system->cpus);
    char used[8];
    char total[8];

    tool_size_text(system_pages_to_bytes(system->pages_total - system->pages_free), used);
    tool_size_text(system_pages_to_bytes(system->pages_total), total);
    printf("%zu processes, %u threads; %u CPUs %u.%u%% busy; memory %s of %s\n", now->list.count,
           system->threads, system->cpus, busy / 10, busy % 10, used, total);
    printf("in this time: %" PRIu64 " system calls, %" PRIu64 " IPC calls, %" PRIu64
           " faults, %" PRIu64 " switches\n\n",
           system->syscalls - before->system.syscalls, system->calls - before->system.calls,
           system->faults - before->system.faults, system->switches - before->system.switches);
}

static void print_sample(const struct sample *before, const struct sample *now, size_t rows)
{
    size_t count = now->list.count;
    struct usage *usage = tool_alloc(NULL, count * sizeof(*usage));
    uint64_t elapsed = now->system.ticks - before->system.ticks;

    for (size_t i = 0; i < count; i++) {
        usage[i].process = &now->list.process[i];
        usage[i].ticks = usage[i].process->cpu_ticks - ticks_before(before, usage[i].process);
    }
    if (count != 0) {
        qsort(usage, count, sizeof(*usage), compare_usage);
    }
    print_header(before, now, elapsed);
    puts("  PID   CPU%   MEM  THR NAME");
    for (size_t i = 0; i < count && i < rows; i++) {
        const struct proc_info *process = usage[i].process;
        unsigned share = permille(usage[i].ticks, elapsed);
        char memory[8];
        tool_size_text(system_pages_to_bytes(process->pages), memory);
        printf("%5u %4u.%u %5s %4u %.*s\n", process->pid, share / 10, share % 10, memory,
               process->threads, TASK_NAME_MAX, process->name);
    }
    free(usage);
}

static void restore_terminal(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &settings);
}

/* Keys without waiting for a newline, and without showing them. */
static bool open_terminal(void)
{
    if (isatty(STDOUT_FILENO) != 1 || tcgetattr(STDIN_FILENO, &settings) != 0) {
        return false;
    }
    struct termios keys = settings;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    atexit(restore_terminal);
    return tcsetattr(STDIN_FILENO, TCSADRAIN, &keys) == 0;
}

/* Wait; false when the user has asked for the end. */
static bool pause_for(int seconds, bool terminal)
{
    struct pollfd keyboard = {.fd = terminal ? STDIN_FILENO : -1, .events = POLLIN};
    char key = 0;

    if (poll(&keyboard, 1, seconds * 1000) > 0) {
        return read(STDIN_FILENO, &key, 1) == 1 && key != 'q';
    }
    return true;
}

static size_t terminal_rows(bool terminal)
{
    struct winsize size = {0};

    if (!terminal) {
        return SIZE_MAX;
    }
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    size_t rows = size.ws_row != 0 ? size.ws_row : DEFAULT_ROWS;
    return rows > HEADER_ROWS + 1 ? rows - HEADER_ROWS - 1 : 1;
}

/* The first sample counts from boot on: nothing was used before. */
static void show(int64_t times, int seconds, bool terminal)
{
    struct sample before = {0};

    for (int64_t i = 0; i < times; i++) {
        struct sample now;
        if (i != 0 && !pause_for(seconds, terminal)) {
            break;
        }
        sample_take(&now);
        if (terminal) {
            fputs("\033[H\033[J", stdout);
        } else if (i != 0) {
            putchar('\n');
        }
        print_sample(&before, &now, terminal_rows(terminal));
        fflush(stdout);
        process_list_free(&before.list);
        before = now;
    }
    process_list_free(&before.list);
}

int main(int argc, char **argv)
{
    int64_t seconds = PAUSE_S;
    int64_t times = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "d:n:")) != -1) {
        if (option == '?' ||
            !tool_number(optarg, 1, INT32_MAX / 1000, option == 'd' ? &seconds : &times)) {
            return tool_usage("top [-d seconds] [-n times]");
        }
    }
    bool terminal = open_terminal();
    if (times == 0) {
        times = terminal ? INT64_MAX : 1;
    }
    show(times, (int)seconds, terminal);
    return tool_end(0);
}
