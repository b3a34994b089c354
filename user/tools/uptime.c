/* SPDX-License-Identifier: MIT */
/* uptime: how long the system has been running, and how busy it has been. */
#include <inttypes.h>
#include <lib/system.h>

int main(int argc, char **argv)
{
    struct system_info system;

    (void)argv;
    if (argc > 1) {
        return tool_usage("uptime");
    }
    system_check(chcore_system_info(&system), "system");
    uint64_t seconds = system.frequency != 0 ? system.ticks / system.frequency : 0;
    uint64_t capacity = system.ticks * system.cpus;
    uint64_t idle = capacity != 0 ? system.idle_ticks * 100 / capacity : 0;
    printf("up %" PRIu64 " days %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64
           " on %.*s, %u CPUs idle for %" PRIu64 "%% of the time\n",
           seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, TASK_NAME_MAX,
           system.board, system.cpus, idle);
    return tool_end(0);
}
