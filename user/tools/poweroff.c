/* SPDX-License-Identifier: MIT */
/* poweroff: end all processes and switch the machine off. */
#include <lib/system.h>

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return tool_usage("poweroff");
    }
    system_check(chcore_power(PROC_POWER_OFF), "power");
    return 0;
}
