/* SPDX-License-Identifier: MIT */
/*
 * ps [-t]: the processes, servers included, with what they use; -t their threads, too. A thread
 * whose call is being served shows the number of the server's thread that works for it.
 */
#include <inttypes.h>
#include <lib/processes.h>
#include <unistd.h>

enum { THREADS = 32 };

static void print_time(uint64_t ticks, uint64_t frequency)
{
    uint64_t hundredths = frequency != 0 ? ticks * 100 / frequency : 0;

    printf("%3" PRIu64 ":%02" PRIu64 ".%02" PRIu64, hundredths / 6000, hundredths / 100 % 60,
           hundredths % 100);
}

static const char *state_name(uint32_t state)
{
    switch (state) {
    case THREAD_RUNNING:
        return "running";
    case THREAD_READY:
        return "ready";
    case THREAD_BLOCKED:
        return "blocked";
    case THREAD_STOPPED:
        return "stopped";
    case THREAD_CALLING:
        return "calling";
    case THREAD_IDLE:
        return "idle handler";
    case THREAD_DEAD:
        return "dead";
    default:
        return "unknown";
    }
}

static void print_threads(uint32_t pid, uint64_t frequency)
{
    struct thread_info threads[THREADS];
    uint64_t cursor = 0;
    long n = 0;

    /* A process may end while we look at it: then it has no threads any more. */
    while ((n = chcore_proc_threads(pid, &cursor, threads, THREADS)) > 0) {
        for (long i = 0; i < n; i++) {
            const struct thread_info *thread = &threads[i];
            printf("      thread %5" PRIu64 "  cpu %u  priority %2u ", thread->id, thread->cpu,
                   thread->priority);
            print_time(thread->cpu_ticks, frequency);
            printf("  %s", state_name(thread->state));
            if (thread->callee != 0) {
                printf(" -> thread %" PRIu64, thread->callee);
            }
            if (thread->name[0] != '\0') {
                printf("  %.*s", TASK_NAME_MAX, thread->name);
            }
            putchar('\n');
        }
    }
}

int main(int argc, char **argv)
{
    struct process_list list;
    struct system_info system;
    bool threads = false;
    int option = 0;

    while ((option = getopt(argc, argv, "t")) != -1) {
        if (option == '?') {
            return tool_usage("ps [-t]");
        }
        threads = true;
    }
    system_check(chcore_system_info(&system), "system");
    process_list_read(&list);
    puts("  PID  PPID  UID S  THR     TIME   MEM  OBJ NAME");
    for (size_t i = 0; i < list.count; i++) {
        const struct proc_info *process = &list.process[i];
        char memory[8];
        tool_size_text(system_pages_to_bytes(process->pages), memory);
        printf("%5u %5u %4u %c %4u ", process->pid, process->parent, process->uid,
               (char)process->state, process->threads);
        print_time(process->cpu_ticks, system.frequency);
        printf(" %5s %4" PRIu64 " %.*s\n", memory, process->objects, TASK_NAME_MAX, process->name);
        if (threads) {
            print_threads(process->pid, system.frequency);
        }
    }
    process_list_free(&list);
    return tool_end(0);
}
