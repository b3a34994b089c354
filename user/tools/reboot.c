/* SPDX-License-Identifier: MIT */
/* reboot: end all processes and start the machine anew. */
#include <lib/system.h>

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return tool_usage("reboot");
    }
    system_check(chcore_power(PROC_REBOOT), "power");
    return 0;
}
